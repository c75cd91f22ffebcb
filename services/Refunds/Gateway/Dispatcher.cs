using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Takes each order to the one who carries it out; the operator's back office stands beside the
/// gateway.</summary>
public sealed class Dispatcher(TossGateway gateway, CircuitBreaker payments, BackOffice backOffice, CircuitBreaker acts)
{
    /// <summary>Sends the order once.</summary>
    public Task<OrderOutcome> Send(Order order, CancellationToken token) =>
        order switch
        {
            CancelOrder cancel => gateway.Cancel(cancel, token),
            BackOfficeOrder act => backOffice.Act(act, token),
            _ => throw new ArgumentOutOfRangeException(nameof(order), order, "Nobody carries out such an order."),
        };

    /// <summary>Asks what became of an order that may have arrived; NotDone is proof that nothing did.</summary>
    public Task<OrderOutcome> Ask(Order order, CancellationToken token) =>
        order switch
        {
            CancelOrder cancel => gateway.Ask(cancel, token),
            BackOfficeOrder act => backOffice.Ask(act, token),
            _ => throw new ArgumentOutOfRangeException(nameof(order), order, "Nobody carries out such an order."),
        };

    /// <summary>What keeps calls for that action from who is away.</summary>
    public CircuitBreaker CircuitOf(RefundAction action) => Actions.IsCancel(action) ? payments : acts;
}

namespace Mobility.Refunds;

/// <summary>Takes each order to the one who carries it out.</summary>
public sealed class Dispatcher(TossGateway gateway, BackOffice backOffice)
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
}

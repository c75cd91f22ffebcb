using Grpc.Core;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>An agent who asks for one won after the other, each as soon as the one before is answered.</summary>
internal sealed class StopCaller(
    RefundsService.RefundsServiceClient api,
    string parent,
    string payment,
    Metadata headers
)
{
    private const string Suspended = "DELEGATION_SUSPENDED";
    private int admitted;
    private long refusedTicks;

    /// <summary>How many were admitted, by the replies.</summary>
    public int Admitted => Volatile.Read(ref admitted);

    /// <summary>When the first refusal since <see cref="Arm"/> came back; null before it.</summary>
    public DateTime? FirstRefusal => Volatile.Read(ref refusedTicks) is > 0 and var t ? new(t, DateTimeKind.Utc) : null;

    /// <summary>From here on the next refusal is the first one.</summary>
    public void Arm() => Volatile.Write(ref refusedTicks, 0);

    /// <summary>Asks until it is told to end.</summary>
    /// <exception cref="InvalidOperationException">A refund was denied for another reason than the stop.</exception>
    public async Task Run(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var request = NewRequest();
            var refund = await StopStage.Insist(() => api.CreateRefundAsync(request, headers).ResponseAsync);
            if (refund.State != RefundState.Denied)
            {
                Interlocked.Increment(ref admitted);
            }
            else if (refund.Decision.FailedConditions.Any(failed => failed.Code != Suspended))
            {
                throw new InvalidOperationException($"denied: {refund.Decision.FailedConditions}");
            }
            else
            {
                Interlocked.CompareExchange(ref refusedTicks, TimeProvider.System.GetUtcNow().UtcTicks, 0);
            }
        }
    }

    private CreateRefundRequest NewRequest() =>
        new()
        {
            Parent = parent,
            Refund = new Refund
            {
                Payment = payment,
                Action = RefundAction.CardRefund,
                Reason = "GOODWILL",
                Amount = new Money(1, "KRW").ToWire(),
            },
            RequestId = $"{StopStage.NewId()}",
        };
}

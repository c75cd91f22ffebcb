using Mobility.Platform.Auth;
using Mobility.Refunds;
using Mobility.Refunds.V1;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>What persons find out.</summary>
internal sealed partial class History
{
    /// <summary>A person looks at the gateway and says what is there. A lead errs now and then, and two leads may err
    /// alike: the officer, without whom nothing is over, has looked.</summary>
    private async Task<string> SayWhatBecame()
    {
        var reviewed = seen.Refunds.Where(refund => refund.State == "UnderReview").ToList();
        if (reviewed.Count == 0)
        {
            return "nothing is under review";
        }
        var refund = Any(reviewed);
        if (service.Gateway.Became(refund.RefundId) is not { } key)
        {
            return $"{NumberOf(refund)} is on its way";
        }
        var by = Any([.. players.Where(player => player.Role != Role.Agent)]);
        if (by.Role == Role.Lead && random.Next(4) == 0)
        {
            key = key.Length == 0 ? "TX-WRONG" : "";
        }
        var request = new ResolveRefundRequest
        {
            Name = NameOf(refund),
            Outcome = key.Length == 0 ? ReviewOutcome.NotDone : ReviewOutcome.Done,
            GatewayTransactionKey = key,
            Evidence = "취소 목록을 보았습니다",
            RequestId = NewId(),
        };
        var what = $"{by.Alias} {NumberOf(refund)} {request.Outcome}";
        return await Told(what, Call("ResolveRefund", by, call => ResolveRefund.Handle(request, call)));
    }
}

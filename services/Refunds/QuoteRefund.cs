using Google.Protobuf.WellKnownTypes;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Says what a refund would come to: the same decision, no lock, nothing written.</summary>
public static class QuoteRefund
{
    public static Task<RefundQuote> Handle(QuoteRefundRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var asked = RefundRequest.Read(check, client, request.Refund);
        check.Done();
        return call.Read(client.Id, tx => Quote(tx, asked, call));
    }

    private static async Task<RefundQuote> Quote(Tx tx, RefundAsked asked, Call call)
    {
        var (requester, delegationId) = await RefundRequest.Requester(tx, call.Caller);
        await Replacement.Check(tx, asked);
        var weighed = await Weighing.Weigh(tx, asked, requester, delegationId, locked: false);
        return new RefundQuote
        {
            Decision = DecisionWire.Of(weighed),
            RefundableAmount = weighed.Payment is { } payment
                ? new Money(payment.Refundable, weighed.Facts.Currency).ToWire()
                : null,
            Ride = weighed.Facts.Ride is { } ride
                ? new RideFacts
                {
                    Known = true,
                    DistanceMeters = ride.DistanceMeters,
                    NeverRan = ride.NeverRan,
                    StartTime = ride.StartTime.ToTimestamp(),
                }
                : new RideFacts(),
        };
    }
}

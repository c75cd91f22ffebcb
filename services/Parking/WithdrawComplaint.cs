using Mobility.Parking.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>The reporter takes the complaint back; the episode goes on for the others.</summary>
public static class WithdrawComplaint
{
    public static Task<TrackedComplaint> Handle(WithdrawComplaintRequest request, Call call, ParkingKeys keys)
    {
        var check = new Check(call);
        check.RequestId(request.RequestId);
        check.Done();
        return TrackedOnce.ByCode(
            call,
            keys,
            request,
            request.TrackingCode,
            request.RequestId,
            (tx, complaint, now) =>
                ComplaintDecision.Save(tx, complaint.Withdraw(now), it => new ComplaintWithdrawn { Complaint = it })
        );
    }
}

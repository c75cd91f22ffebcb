using Mobility.Parking.Episodes;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>The answer did not hold: within a day the same complaint is open again, in the same episode.</summary>
public static class ReopenComplaint
{
    public static Task<TrackedComplaint> Handle(ReopenComplaintRequest request, Call call, ParkingKeys keys)
    {
        var check = new Check(call);
        check.RequestId(request.RequestId);
        check.Text(request.Note, "note", 1, Limits.TextLength);
        if (call.Caller.IsAnonymous)
        {
            check.That(request.Name.Length == 0, "name", "is for staff; a reporter shows the tracking code");
            check.Done();
            return TrackedOnce.ByCode(call, keys, request, request.TrackingCode, request.RequestId, Reopen);
        }

        var name = check.Name(request.Name, "name", Names.Complaints);
        check.That(request.TrackingCode.Length == 0, "tracking_code", "is the reporter's; staff names the complaint");
        check.Done();
        var place = new TrackedPlace { ClientId = name.ClientId, Id = name.Id };
        return TrackedOnce.Run(call, place, request.RequestId, request, Reopen);

        async Task<Complaint> Reopen(Tx tx, Complaint complaint, Moment now)
        {
            var removal = complaint.IsSplit ? null : await RemovalTable.Open(tx, complaint.EpisodeId);
            return await ComplaintDecision.Save(
                tx,
                complaint.Reopen(request.Note, now) with
                {
                    RemovalId = removal?.Id,
                },
                it => new ComplaintReopened { Complaint = it }
            );
        }
    }
}

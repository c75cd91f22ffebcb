using Mobility.Parking.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>The complaint is wrong, as its reporter is told with the reason; the others of its episode go on.</summary>
public static class RejectComplaint
{
    public static Task<V1.Complaint> Handle(RejectComplaintRequest request, Call call)
    {
        var decision = new ComplaintDecision(request.Name, request.Etag, request.Note, request.RequestId, request)
        {
            Read = check =>
                check.That(
                    ReasonCatalogue.Current.Reject.ContainsKey(request.Reason),
                    "reason",
                    "must be a code of the reject reason catalogue"
                ),
        };
        return decision.Take(
            call,
            (tx, complaint, now) =>
                ComplaintDecision.Save(
                    tx,
                    complaint.Reject(call.Caller.Subject, request.Reason, request.Note, now),
                    it => new ComplaintRejected { Complaint = it }
                )
        );
    }
}

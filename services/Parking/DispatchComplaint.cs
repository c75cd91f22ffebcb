using Mobility.Parking.Episodes;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Sends the field crew: once for the episode, however many complained.</summary>
public static class DispatchComplaint
{
    public static Task<V1.Complaint> Handle(DispatchComplaintRequest request, Call call)
    {
        var decision = new ComplaintDecision(request.Name, request.Etag, request.Note, request.RequestId, request);
        return decision.Take(
            call,
            async (tx, complaint, now) =>
            {
                _ = complaint.Dispatch(complaint.Id, call.Caller.Subject, request.Note, now);
                var removal =
                    await RemovalTable.Open(tx, complaint.EpisodeId) ?? await Send(tx, complaint, request.Note);
                return await ComplaintDecision.SaveAll(
                    tx,
                    complaint,
                    other => other.State is ComplaintState.Filed or ComplaintState.Upheld,
                    it =>
                        it.Dispatch(complaint.Id, call.Caller.Subject, request.Note, now) with
                        {
                            RemovalId = removal.Id,
                        },
                    it => new ComplaintDispatched { Complaint = it }
                );
            }
        );
    }

    private static async Task<Episodes.Removal> Send(Tx tx, Complaint complaint, string note)
    {
        var removal = new Episodes.Removal
        {
            ClientId = tx.ClientId,
            Id = Guid.CreateVersion7(tx.Now),
            EpisodeId = complaint.EpisodeId,
            OriginEpisodeId = complaint.EpisodeId,
            Note = note,
            CreateTime = tx.Now,
        };
        await RemovalTable.Insert(tx, removal);
        return removal;
    }
}

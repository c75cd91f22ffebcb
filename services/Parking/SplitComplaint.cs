using Grpc.Core;
using Mobility.Parking.Episodes;
using Mobility.Parking.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Takes a complaint out of its episode: every count is then as if it had never been joined.</summary>
public static class SplitComplaint
{
    public static Task<V1.Complaint> Handle(SplitComplaintRequest request, Call call)
    {
        var decision = new ComplaintDecision(request.Name, "", request.Note, request.RequestId, request)
        {
            NoteMin = 1,
        };
        return decision.Take(
            call,
            async (tx, complaint, now) =>
            {
                var company = await ComplaintTable.OfEpisode(tx, complaint.EpisodeId);
                if (company.All(other => other.Id == complaint.Id))
                {
                    throw new Refusal(
                        StatusCode.FailedPrecondition,
                        Errors.EpisodeNotShared,
                        "The complaint is the only one of its episode."
                    );
                }

                var alone = await EpisodeFlow.TakeOut(tx, complaint, now);
                return await ComplaintDecision.Save(
                    tx,
                    alone.Split(request.Note),
                    it => new ComplaintRegrouped { Complaint = it }
                );
            }
        );
    }
}

using Grpc.Core;
using Mobility.Parking.Episodes;
using Mobility.Parking.Photos;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>The vehicles are gone or stand right, and that is proven: everybody who complained about them gets an
/// answer.</summary>
public static class ResolveComplaint
{
    public static Task<V1.Complaint> Handle(ResolveComplaintRequest request, Call call)
    {
        ResourceName? photo = null;
        var decision = new ComplaintDecision(request.Name, request.Etag, request.Note, request.RequestId, request)
        {
            Read = check =>
            {
                check.That(
                    ReasonCatalogue.Current.Resolve.ContainsKey(request.Reason),
                    "reason",
                    "must be a code of the resolve reason catalogue"
                );
                var client = call.Clients.Find(ResourceName.ClientOf(request.Name) ?? "");
                photo = client is null ? null : check.NameOf(client, request.ProofPhoto, "proof_photo", Names.Photos);
            },
        };
        return decision.Take(
            call,
            async (tx, complaint, now) =>
            {
                Complaint Resolved(Complaint it) =>
                    it.Resolve(complaint.Id, call.Caller.Subject, request.Reason, request.Note, photo?.Id, now);

                _ = Resolved(complaint);
                await Proven(tx, complaint, photo, new Check(call));
                if (await RemovalTable.Open(tx, complaint.EpisodeId) is { } removal)
                {
                    await RemovalTable.Save(tx, removal.End(RemovalState.Done, tx.Now));
                }

                return await ComplaintDecision.SaveAll(
                    tx,
                    complaint,
                    other => other.IsLive,
                    Resolved,
                    it => new ComplaintResolved { Complaint = it }
                );
            }
        );
    }

    /// <summary>A photo of this complaint, or the record that every vehicle has left.</summary>
    private static async Task Proven(Tx tx, Complaint complaint, ResourceName? photo, Check check)
    {
        if (photo is { } name)
        {
            var own = await PhotoTable.ComplaintOf(tx, name.Id) == complaint.Id;
            check.That(own, "proof_photo", "must be a photo of this complaint");
            check.Done();
            return;
        }

        var others = (await ComplaintTable.OfEpisode(tx, complaint.EpisodeId)).Where(other => other.IsLive);
        var standings = others.Append(complaint).SelectMany(it => it.Standings).Distinct().ToList();
        if (standings.Count == 0 || !await StayTable.HaveLeft(tx, standings))
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.ProofMissing,
                "A photo must prove it, because a vehicle still stands where it was reported or is not known."
            );
        }
    }
}

using Mobility.Parking.Episodes;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>The vehicles stand where they may not: that is so for everybody who complained about them.</summary>
public static class UpholdComplaint
{
    public static Task<V1.Complaint> Handle(UpholdComplaintRequest request, Call call)
    {
        string[] codes = [];
        var decision = new ComplaintDecision(request.Name, request.Etag, request.Note, request.RequestId, request)
        {
            Read = check => codes = ComplaintClaim.PrintedCodes(request.PrintedCodes, "printed_codes", check),
        };
        return decision.Take(
            call,
            async (tx, complaint, now) =>
            {
                // Refused before anything is regrouped.
                _ = complaint.Uphold(complaint.Id, call.Caller.Subject, request.Note, now);
                var grouped = await Grouped(tx, complaint.Seen(), codes, now);
                return await ComplaintDecision.SaveAll(
                    tx,
                    grouped,
                    other => other.State == ComplaintState.Filed,
                    it => it.Uphold(complaint.Id, call.Caller.Subject, request.Note, now),
                    it => new ComplaintUpheld { Complaint = it }
                );
            }
        );
    }

    /// <summary>The complaint where it belongs by the vehicles that the person named, or because it was HELD so
    /// far.</summary>
    private static async Task<Complaint> Grouped(Tx tx, Complaint complaint, string[] codes, Moment now)
    {
        var named = codes.Length == 0 ? complaint : await Named(tx, complaint, codes);
        var unchanged = codes.Length == 0 && complaint.GroupNumber is not null;
        if (unchanged || complaint.IsSplit)
        {
            return named;
        }

        var shared = (await ComplaintTable.OfEpisode(tx, complaint.EpisodeId)).Any(other => other.Id != complaint.Id);
        var free = shared ? await EpisodeFlow.TakeOut(tx, named, now) : named;
        var placed = await EpisodeFlow.Place(tx, free, now);
        if (placed.EpisodeId == complaint.EpisodeId)
        {
            return placed;
        }

        // TakeOut counted the change already.
        var regrouped = shared ? placed : placed.Changed(now);
        return await ComplaintDecision.Save(tx, regrouped, it => new ComplaintRegrouped { Complaint = it });
    }

    private static async Task<Complaint> Named(Tx tx, Complaint complaint, string[] codes)
    {
        var vehicles = await VehicleTable.OfCodes(tx, codes);
        var ids = vehicles.Select(vehicle => vehicle.Id).ToList();
        var named = complaint with { PrintedCodes = codes, Standings = await StayTable.Standings(tx, ids) };
        await ComplaintTable.PutVehicles(tx, named);
        var client = tx.Clients.Find(tx.ClientId)!;
        return named with
        {
            Flags = [.. named.Flags.Except(ComplaintFlags.OfVehicles), .. await ComplaintFlags.Of(tx, named, client)],
        };
    }
}

using Mobility.Parking.Episodes;
using Mobility.Parking.V1;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Files a complaint. Nobody is turned away for a code that nobody knows or for being one too many.</summary>
public static class CreateComplaint
{
    private const int SenderLength = 64;

    public static async Task<V1.Complaint> Handle(CreateComplaintRequest request, Call call, ParkingKeys keys)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.RequestId(request.RequestId);
        check.Text(request.Sender, "sender", 0, SenderLength);
        var claim = ComplaintClaim.Read(request.Complaint, client, call, check) with
        {
            SenderHash = keys.HashOfSender(client.Id, request.Sender),
        };
        check.Done();
        var reply = await ComplaintOnce.Run(
            call,
            client.Id,
            request.RequestId,
            WithoutContact(request, client.Id, keys),
            async tx =>
            {
                var filed = await Filed(tx, Named(claim, call.NewId(), request.RequestId, keys), client, request, keys);
                tx.Publish(new ComplaintFiled { Complaint = ComplaintEvents.Snapshot(filed) }, filed.Name);
                return filed;
            }
        );
        // The stored reply holds no code: it is made anew for whoever knows the request.
        reply.TrackingCode = keys.CodeOf(reply.Name, request.RequestId);
        return call.Caller.IsAnonymous ? Replies.ForReporter(reply) : reply;
    }

    /// <summary>What the stored fingerprint is made of: a telephone number could be found again from a bare hash, and a
    /// telephone that repeats its request may have another address by then.</summary>
    private static CreateComplaintRequest WithoutContact(
        CreateComplaintRequest request,
        string client,
        ParkingKeys keys
    )
    {
        var sealedRequest = request.Clone();
        sealedRequest.Sender = "";
        sealedRequest.Complaint.Contact =
            request.Complaint.Contact.Length == 0
                ? ""
                : Convert.ToHexStringLower(keys.HashOfContact(client, request.Complaint.Contact));
        return sealedRequest;
    }

    private static Complaint Named(Complaint claim, Guid id, string requestId, ParkingKeys keys)
    {
        var named = claim with { Id = id };
        return named with { TrackingHash = keys.HashOfCode(keys.CodeOf(named.Name, requestId)) };
    }

    private static async Task<Complaint> Filed(
        Tx tx,
        Complaint claim,
        ClientProfile client,
        CreateComplaintRequest request,
        ParkingKeys keys
    )
    {
        var now = await EpisodeFlow.Lock(tx);
        var vehicles = await VehicleTable.OfCodes(tx, claim.PrintedCodes);
        var rule = await Places.RuleAt(tx, client, claim.Latitude, claim.Longitude, claim.Category, claim.OccurTime);
        var ids = vehicles.Select(vehicle => vehicle.Id).ToList();
        var complaint = Under(claim, rule) with { VehicleIds = [.. ids] };
        var contactHash = keys.HashOfContactOrNull(client.Id, request.Complaint.Contact);
        var over = await FilingLimits.Over(tx, complaint, contactHash);
        complaint = complaint with
        {
            State = over.Count > 0 ? ComplaintState.Held : ComplaintState.Filed,
            Flags = [.. over, .. await ComplaintFlags.Of(tx, complaint, client)],
            Standings = await StayTable.Standings(tx, ids),
            CreateTime = tx.Now,
            UpdateTime = tx.Now,
        };
        complaint = await (over.Count > 0 ? Alone(tx, complaint) : EpisodeFlow.Place(tx, complaint, now));
        await ComplaintTable.Insert(tx, complaint);
        if (contactHash is not null)
        {
            await ContactTable.Insert(tx, keys.Sealed(complaint, request.Complaint.Contact));
        }

        return complaint;
    }

    /// <summary>What is HELD is in nobody's way: it has an episode that nothing else joins.</summary>
    private static async Task<Complaint> Alone(Tx tx, Complaint complaint)
    {
        var own = await EpisodeFlow.Begin(tx);
        return complaint with { EpisodeId = own, OriginEpisodeId = own };
    }

    private static Complaint Under(Complaint claim, RuleAtPlace rule) =>
        claim with
        {
            City = rule.City,
            OrdinanceVersion = rule.OrdinanceVersion,
            RuleCode = rule.Code,
            GraceMinutes = rule.GraceMinutes,
            FeeMinor = rule.FeeMinor,
            ZoneId = rule.ZoneId,
            ZoneParking = rule.Parking,
            Dong = rule.Dong,
            DongCode = rule.DongCode,
            DueTime = rule.DueTime,
        };
}

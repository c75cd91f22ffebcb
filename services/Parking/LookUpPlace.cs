using Google.Protobuf.WellKnownTypes;
using Mobility.Parking.V1;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Type.V1;

namespace Mobility.Parking;

/// <summary>Says what applies at a place before anybody complains; nothing is written.</summary>
public static class LookUpPlace
{
    public static async Task<Place> Handle(LookUpPlaceRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        ComplaintClaim.CheckPoint(request.Point, "point", client, check);
        ComplaintClaim.CheckAccuracy(request.AccuracyMeters, "accuracy_meters", check);
        var known = request.Category.Length == 0 || CategoryCatalogue.Current.Find(request.Category) is not null;
        check.That(known, "category", "must be a code of the category catalogue or empty");
        var codes = ComplaintClaim.PrintedCodes(request.PrintedCodes, "printed_codes", check);
        check.Done();
        return await call.Read(client.Id, tx => PlaceOf(tx, client, request, codes, call.Caller.IsAnonymous));
    }

    private static async Task<Place> PlaceOf(
        Tx tx,
        ClientProfile client,
        LookUpPlaceRequest request,
        string[] codes,
        bool isAnonymous
    )
    {
        var (latitude, longitude) = (request.Point.Latitude, request.Point.Longitude);
        var rule = await Places.RuleAt(tx, client, latitude, longitude, request.Category, tx.Now);
        var named = codes.Length == 0 ? [] : await Candidates.OfCodes(tx, latitude, longitude, codes);
        var candidates =
            named.Count > 0 ? named : await Candidates.Near(tx, latitude, longitude, request.AccuracyMeters, tx.Now);
        return new Place
        {
            Rule = rule.ToWire(client.Id, withZone: !isAnonymous),
            DueTime = rule.DueTime?.ToTimestamp(),
            ComplaintCount =
                codes.Length == 0
                    ? await ComplaintsAround.Count(tx, latitude, longitude)
                    : await ComplaintsAround.Count(tx, codes),
            Candidates = { candidates.Select(c => Wire(client, c, isAnonymous)) },
        };
    }

    private static CandidateVehicle Wire(ClientProfile client, Candidate candidate, bool isAnonymous) =>
        new()
        {
            PrintedCode = candidate.PrintedCode,
            DistanceMeters = candidate.DistanceMeters,
            LastMoveTime = candidate.LastMoveTime?.ToTimestamp(),
            Point = new LatLng { Latitude = candidate.Latitude, Longitude = candidate.Longitude },
            Vehicle = isAnonymous ? "" : Names.Of(client.Id, Names.Vehicles, candidate.VehicleId),
        };
}

using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>Reads what a reporter says, naming everything that is wrong with it.</summary>
internal static class FaultClaim
{
    private const int PrintedCodeLength = 32;
    private const double AccuracyMetersMax = 10_000;

    /// <summary>The fault as claimed: no id, no vehicle and no verdict yet.</summary>
    public static Fault Read(V1.Fault? sent, ClientProfile client, Call call, Check check)
    {
        check.That(sent is not null, "fault", "must be set");
        var wire = sent ?? new V1.Fault();
        var category = CategoryCatalogue.Current.Find(wire.Category);
        check.That(category is not null, "fault.category", "must be a code of the category catalogue");
        var code = check.Text(wire.PrintedCode, "fault.printed_code", 1, PrintedCodeLength);
        var readable = code.Length == 0 || !string.IsNullOrWhiteSpace(code);
        check.That(readable, "fault.printed_code", "must not be blank");
        var occurTime = check.PastTime(wire.OccurTime, "fault.occur_time", required: false);
        CheckPosition(wire.Position, client, check);
        var accuracy = wire.PositionAccuracyMeters;
        check.That(
            accuracy is >= 0 and <= AccuracyMetersMax,
            "fault.position_accuracy_meters",
            $"must be a number from 0 to {AccuracyMetersMax}"
        );
        check.That(wire.Language is "" or "ko" or "en", "fault.language", "must be empty, \"ko\" or \"en\"");
        return new Fault
        {
            ClientId = client.Id,
            PrintedCode = code,
            Category = wire.Category,
            SafetyCritical = category?.SafetyCritical ?? false,
            CatalogueVersion = CategoryCatalogue.Current.Version,
            CatalogueSha256 = CategoryCatalogue.Current.Sha256,
            Note = check.Text(wire.Note, "fault.note", 0, Limits.TextLength),
            Language = wire.Language,
            RideId = Ride(wire, client, check),
            Latitude = wire.Position?.Latitude,
            Longitude = wire.Position?.Longitude,
            AccuracyMeters = accuracy,
            Channel = check.Known(wire.Channel, "fault.channel"),
            OccurTime = occurTime ?? call.Now,
            ReporterId = Reporter(wire, client, call.Caller, check),
            FiledBy = call.Caller.IsRider ? "" : call.Caller.Subject,
        };
    }

    private static Guid? Ride(V1.Fault wire, ClientProfile client, Check check) =>
        check.NameOf(client, wire.Ride, "fault.ride", Names.Rides) is { } ride
        && string.Equals(ride.ClientId, client.Id, StringComparison.Ordinal)
            ? ride.Id
            : null;

    /// <summary>A rider reports for nobody but himself; staff names the caller's account, if the caller has
    /// one.</summary>
    private static Guid? Reporter(V1.Fault wire, ClientProfile client, Caller caller, Check check)
    {
        if (!caller.IsRider)
        {
            return check.NameOf(client, wire.Reporter, "fault.reporter", Names.Riders)?.Id;
        }

        var own = ResourceName.TryParse(caller.Subject, Names.Riders, out var rider);
        var ofClient = own && string.Equals(rider.ClientId, client.Id, StringComparison.Ordinal);
        check.That(ofClient || client.Id.Length == 0, "parent", "must be the client whose account the rider has");
        var silent = wire.Reporter.Length == 0;
        var same = silent || string.Equals(wire.Reporter, caller.Subject, StringComparison.Ordinal);
        check.That(same, "fault.reporter", "must be empty or the rider who calls");
        return own ? rider.Id : null;
    }

    private static void CheckPosition(Type.V1.LatLng? position, ClientProfile client, Check check)
    {
        if (position is null)
        {
            return;
        }

        var (latitude, longitude) = (position.Latitude, position.Longitude);
        var hint = client.Serves(longitude, latitude) ? "; swapped it would lie in the service area" : "";
        // NaN is within no range, so one comparison refuses it and the infinities too.
        var right = latitude is >= -90 and <= 90;
        check.That(right, "fault.position.latitude", "must be a number from -90 to 90" + hint);
        var left = longitude is >= -180 and <= 180;
        check.That(left, "fault.position.longitude", "must be a number from -180 to 180" + hint);
        var served = !right || !left || client.Id.Length == 0 || client.Serves(latitude, longitude);
        check.That(served, "fault.position", "must lie in the client's service area" + hint);
    }
}

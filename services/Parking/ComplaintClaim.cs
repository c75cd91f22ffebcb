using Mobility.Platform;
using Mobility.Platform.Rpc;
using Mobility.Type.V1;

namespace Mobility.Parking;

/// <summary>Reads what a reporter says, naming everything that is wrong with it.</summary>
internal static class ComplaintClaim
{
    /// <summary>More than ever stood in one heap; a longer list is several places.</summary>
    public const int VehiclesMax = 20;
    public const int PrintedCodeLength = 40;
    public const int ContactLength = 200;

    /// <summary>A phone that knows its place no better has no position.</summary>
    private const double AccuracyMetersMax = 5_000;

    /// <summary>The complaint as claimed: no id, no vehicle and no rule yet.</summary>
    public static Complaint Read(V1.Complaint? sent, ClientProfile client, Call call, Check check)
    {
        check.That(sent is not null, "complaint", "must be set");
        var wire = sent ?? new V1.Complaint();
        var category = CategoryCatalogue.Current.Find(wire.Category);
        check.That(category is not null, "complaint.category", "must be a code of the category catalogue");
        CheckPoint(wire.Point, "complaint.point", client, check);
        var accuracy = wire.AccuracyMeters;
        CheckAccuracy(accuracy, "complaint.accuracy_meters", check);
        check.That(wire.Language is "" or "ko" or "en", "complaint.language", "must be \"ko\", \"en\" or empty");
        check.Text(wire.Contact, "complaint.contact", 0, ContactLength);
        var occurTime = check.PastTime(wire.OccurTime, "complaint.occur_time", required: false);
        return new Complaint
        {
            ClientId = client.Id,
            Latitude = wire.Point?.Latitude ?? 0,
            Longitude = wire.Point?.Longitude ?? 0,
            AccuracyMeters = accuracy,
            Category = wire.Category,
            CatalogueVersion = CategoryCatalogue.Current.Version,
            CatalogueSha256 = CategoryCatalogue.Current.Sha256,
            PrintedCodes = PrintedCodes(wire.PrintedCodes, "complaint.printed_codes", check),
            Note = check.Text(wire.Note, "complaint.note", 0, Limits.TextLength),
            Language = wire.Language.Length == 0 ? "ko" : wire.Language,
            Channel = check.Known(wire.Channel, "complaint.channel"),
            OccurTime = occurTime ?? call.Now,
            FiledBy = call.Caller.IsAnonymous ? "" : call.Caller.Subject,
        };
    }

    /// <summary>The codes as read, each vehicle's once.</summary>
    public static string[] PrintedCodes(IReadOnlyList<string> sent, string field, Check check)
    {
        check.That(sent.Count <= VehiclesMax, field, $"must be at most {VehiclesMax}, are {sent.Count}");
        for (var at = 0; at < Math.Min(sent.Count, VehiclesMax); at++)
        {
            var code = check.Text(sent[at], $"{field}[{at}]", 1, PrintedCodeLength);
            var readable = code.Length == 0 || !string.IsNullOrWhiteSpace(code);
            check.That(readable, $"{field}[{at}]", "must not be blank");
        }

        return [.. sent.DistinctBy(PrintedCode.Canonical, StringComparer.Ordinal)];
    }

    public static void CheckAccuracy(double meters, string field, Check check) =>
        check.That(meters is >= 0 and <= AccuracyMetersMax, field, $"must be a number from 0 to {AccuracyMetersMax}");

    /// <summary>A point outside the service area is taken and flagged, unless its axes were swapped.</summary>
    public static void CheckPoint(LatLng? point, string field, ClientProfile client, Check check)
    {
        check.That(point is not null, field, "must be set");
        if (point is null)
        {
            return;
        }

        var (latitude, longitude) = (point.Latitude, point.Longitude);
        var swapped = !client.Serves(latitude, longitude) && client.Serves(longitude, latitude);
        var hint = swapped ? "; swapped it would lie in the service area" : "";
        // NaN is within no range, so one comparison refuses it and the infinities too.
        var right = latitude is >= -90 and <= 90;
        check.That(right, field + ".latitude", "must be a number from -90 to 90" + hint);
        var left = longitude is >= -180 and <= 180;
        check.That(left, field + ".longitude", "must be a number from -180 to 180" + hint);
        var nowhere = latitude == 0 && longitude == 0;
        check.That(!nowhere, field, "must not be 0,0, which is what a phone without a position says");
        check.That(!swapped || !right || !left, field, "has its axes swapped" + hint);
    }
}

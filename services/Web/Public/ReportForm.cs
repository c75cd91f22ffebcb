using System.Globalization;
using System.Text.RegularExpressions;
using Mobility.Parking.V1;
using Mobility.Platform.Rpc;
using Mobility.Type.V1;

namespace Mobility.Web.Public;

/// <summary>What a reporter has filled in so far.</summary>
public sealed partial record ReportForm
{
    /// <summary>Vehicles of one complaint, as Parking takes them.</summary>
    public const int VehiclesMax = 20;

    /// <summary>Photos of one complaint, as Parking takes them.</summary>
    public const int PhotosMax = 5;

    private const int RowsAtFirst = 2;

    /// <summary>The id of its one effect.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>"37.75190, 128.87610": what the map writes and people can paste.</summary>
    public string Place { get; init; } = "";

    /// <summary>Radius of the phone's uncertainty in metres; empty when a person put the pin.</summary>
    public string Accuracy { get; init; } = "";

    public string Category { get; init; } = "";
    public IReadOnlyList<string> Codes { get; init; } = [];
    public string Note { get; init; } = "";
    public string Contact { get; init; } = "";

    /// <summary>How many rows for codes there are.</summary>
    public int Rows { get; init; } = RowsAtFirst;

    /// <summary>The point, when it can be read.</summary>
    public LatLng? Point
    {
        get
        {
            var match = Pair().Match(Place);
            return match.Success
                ? new LatLng { Latitude = Number(match.Groups["lat"]), Longitude = Number(match.Groups["lon"]) }
                : null;
        }
    }

    /// <summary>Radius in metres, within what Parking takes.</summary>
    public double AccuracyMeters =>
        double.TryParse(Accuracy, NumberStyles.Float, CultureInfo.InvariantCulture, out var meters)
        && double.IsFinite(meters)
            ? Math.Clamp(meters, 0, 5_000)
            : 0;

    /// <summary>A new one, about the vehicle whose code was read.</summary>
    public static ReportForm New(string? code) =>
        new() { RequestId = RequestIds.New(), Codes = string.IsNullOrWhiteSpace(code) ? [] : [code.Trim()] };

    /// <summary>As it was sent.</summary>
    public static ReportForm Of(IFormCollection form)
    {
        var codes = form["codes"]
            // The field shows capitals, as they are printed: what is sent is what was seen.
            .Select(c => c?.Trim().ToUpperInvariant() ?? "")
            .Where(c => c.Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();
        var rows = int.TryParse(form["rows"], CultureInfo.InvariantCulture, out var n) ? n : RowsAtFirst;
        return new ReportForm
        {
            RequestId = form[RequestIds.Field].ToString(),
            Place = form["place"].ToString(),
            Accuracy = form["accuracy"].ToString(),
            Category = form["category"].ToString(),
            Codes = codes,
            Note = form["note"].ToString(),
            Contact = form["contact"].ToString(),
            Rows = Math.Clamp(rows, RowsAtFirst, VehiclesMax),
        };
    }

    /// <summary>What is wrong already before anybody is asked.</summary>
    public IReadOnlyList<Violation> Violations()
    {
        var violations = new List<Violation>();
        if (Point is null)
        {
            violations.Add(new Violation("complaint.point", "must be set"));
        }
        if (Category.Length == 0)
        {
            violations.Add(new Violation("complaint.category", "must be set"));
        }
        if (Codes.Count > VehiclesMax)
        {
            violations.Add(new Violation("complaint.printed_codes", $"must be at most {VehiclesMax}"));
        }
        return violations;
    }

    /// <summary>As the reporter's own, or as an agent's for a caller.</summary>
    public CreateComplaintRequest Request(string client, string language, string sender, ComplaintChannel channel) =>
        new()
        {
            Parent = $"clients/{client}",
            Complaint = new Complaint
            {
                Point = Point,
                AccuracyMeters = AccuracyMeters,
                Category = Category,
                PrintedCodes = { Codes },
                Note = Note,
                Contact = Contact,
                Language = language,
                Channel = channel,
            },
            RequestId = RequestId,
            Sender = sender,
        };

    public LookUpPlaceRequest LookUp(string client) =>
        new()
        {
            Parent = $"clients/{client}",
            Point = Point,
            AccuracyMeters = AccuracyMeters,
            Category = Category,
            PrintedCodes = { Codes.Take(VehiclesMax) },
        };

    private static double Number(Group group) => double.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\A\s*\(?(?<lat>-?\d{1,3}(\.\d{1,12})?)\s*[,\s]\s*(?<lon>-?\d{1,3}(\.\d{1,12})?)\)?\s*\z",
        RegexOptions.ExplicitCapture,
        200
    )]
    private static partial Regex Pair();
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Mobility.Faults.V1;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>What the demo plays and what must come of it: `scenario.json`.</summary>
/// <param name="Version">Version of the file.</param>
/// <param name="Client">The client whose riders report.</param>
/// <param name="Vendor">The contact centre that gets the delegation, a slug.</param>
/// <param name="Officer">The client's officer who grants it, a person's UUID.</param>
/// <param name="Reports">The reports, in the order in which they are begun.</param>
public sealed record DemoScenario(
    string Version,
    string Client,
    string Vendor,
    Guid Officer,
    IReadOnlyList<DemoReport> Reports
)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Reads the scenario of a checkout.</summary>
    /// <param name="root">Folder of the checkout.</param>
    public static DemoScenario Load(string root)
    {
        var file = Path.Combine(root, "tools", "Launcher", "demo", "scenario.json");
        var scenario = JsonSerializer.Deserialize<DemoScenario>(File.ReadAllText(file), Json)!;
        foreach (var report in scenario.Reports)
        {
            report.Require();
        }
        return scenario;
    }
}

/// <summary>One report: the facts of its ride, the order in which they become known,
/// and what must come of it.</summary>
/// <param name="Number">1 to the number of reports.</param>
/// <param name="Category">A code of the category tree.</param>
/// <param name="Facts">When each fact is told; `RUNNING` is a first record of the ride,
/// which `RECORD` then replaces.</param>
/// <param name="Record">The operator's record of the ride.</param>
/// <param name="Payment">What the rider paid for it.</param>
/// <param name="Expected">What must come of it.</param>
public sealed record DemoReport(
    int Number,
    string Category,
    IReadOnlyList<DemoFact> Facts,
    DemoRide Record,
    DemoPayment Payment,
    DemoExpected Expected
)
{
    internal void Require()
    {
        var report = Facts.ToList().IndexOf(DemoFact.Report);
        var sound =
            Facts.Count(fact => fact == DemoFact.Record) == 1
            && Facts.Count(fact => fact == DemoFact.Payment) == 1
            && report > 0
            // A report and a payment name the ride, so some record of it comes first.
            && Facts[0] is DemoFact.Record or DemoFact.Running;
        if (!sound)
        {
            throw new InvalidDataException($"scenario.json: report {Number} tells its facts in no possible order");
        }
    }
}

/// <summary>Something that is told to a service.</summary>
public enum DemoFact
{
    /// <summary>The ride while it runs: 0 m so far.</summary>
    Running = 1,

    /// <summary>The finished ride.</summary>
    Record = 2,

    /// <summary>The payment.</summary>
    Payment = 3,

    /// <summary>The rider's report.</summary>
    Report = 4,
}

/// <summary>The operator's record of a ride.</summary>
/// <param name="Lock">Did the lock open?</param>
/// <param name="Meters">Distance.</param>
/// <param name="BeganMinutesAgo">When the unlock was asked for, before the demo's start.</param>
/// <param name="Minutes">How long it lasted.</param>
public sealed record DemoRide(UnlockOutcome Lock, long Meters, int BeganMinutesAgo, int Minutes);

/// <summary>A captured payment, in won.</summary>
public sealed record DemoPayment(long Won, Instrument Instrument);

/// <summary>What must come of a report.</summary>
/// <param name="Outcome">How it ends.</param>
/// <param name="Won">What is paid back.</param>
/// <param name="Reasons">Codes of the failed conditions of a denial.</param>
/// <param name="Grounding">What the grounding rule must say; the vehicle's state follows from it.</param>
public sealed record DemoExpected(DemoOutcome Outcome, long Won, IReadOnlyList<string> Reasons, Grounding Grounding);

/// <summary>How a report ends.</summary>
public enum DemoOutcome
{
    /// <summary>The ride is paid back.</summary>
    Settled = 1,

    /// <summary>The refund is denied.</summary>
    Denied = 2,

    /// <summary>The vehicle is off the street; no refund is tried.</summary>
    Grounded = 3,
}

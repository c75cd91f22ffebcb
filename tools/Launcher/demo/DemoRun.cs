using Mobility.Faults.V1;

namespace Mobility.Launcher;

/// <summary>What one run of the demo made: the record by which its check finds the rows.</summary>
/// <param name="StartTime">When it began, UTC.</param>
/// <param name="Client">The client.</param>
/// <param name="Reports">The reports played.</param>
/// <param name="CancelsBefore">The gateway's cancels before the run, transaction keys by payment key.</param>
public sealed record DemoRun(
    DateTimeOffset StartTime,
    string Client,
    IReadOnlyList<DemoPlayed> Reports,
    ILookup<string, string> CancelsBefore
);

/// <summary>A report and the things made for it.</summary>
public sealed record DemoPlayed(DemoReport Plan)
{
    public required Guid Rider { get; init; }
    public required string PrintedCode { get; init; }

    /// <summary>The gateway's key of the payment.</summary>
    public required string PaymentKey { get; init; }
    public string RideExternalId => $"ride-{PaymentKey}";

    public string Vehicle { get; init; } = "";
    public string Ride { get; init; } = "";
    public string Payment { get; init; } = "";
    public string Fault { get; init; } = "";

    /// <summary>What the reply to the report said of the vehicle.</summary>
    public Grounding Grounding { get; init; }

    /// <summary>How long the rider waited for the answer to the report.</summary>
    public TimeSpan ReportTime { get; init; }
}

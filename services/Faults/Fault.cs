using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>A reported defect of a vehicle. What the reporter said is a claim and stays one.</summary>
public sealed record Fault
{
    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }
    public string PrintedCode { get; init; } = "";

    /// <summary>Null when no vehicle of the client has the printed code.</summary>
    public Guid? VehicleId { get; init; }
    public string Category { get; init; } = "";
    public bool SafetyCritical { get; init; }

    /// <summary>Version and hash of the catalogue that called the category safety-critical or not.</summary>
    public string CatalogueVersion { get; init; } = "";
    public string CatalogueSha256 { get; init; } = "";
    public string Note { get; init; } = "";

    /// <summary>"ko" or "en", the language in which the reporter reads; empty when not known.</summary>
    public string Language { get; init; } = "";
    public Guid? RideId { get; init; }
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public double AccuracyMeters { get; init; }
    public Channel Channel { get; init; }
    public DateTimeOffset OccurTime { get; init; }

    /// <summary>The rider whose report it is; null when an agent's caller has no account, or crew reports.</summary>
    public Guid? ReporterId { get; init; }

    /// <summary>people/{uuid} of the member of staff who filed it, empty when the rider did.</summary>
    public string FiledBy { get; init; } = "";
    public FaultState State { get; init; } = FaultState.Reported;
    public Grounding Grounding { get; init; }
    public string GroundingReason { get; init; } = "";

    /// <summary>The flags as the database keeps them.</summary>
    public int[] FlagNumbers { get; init; } = [];
    public string DecisionNote { get; init; } = "";
    public string DecidedBy { get; init; } = "";
    public DateTimeOffset CreateTime { get; init; }
    public DateTimeOffset UpdateTime { get; init; }
    public long Revision { get; init; } = 1;

    public string Name => Names.Fault(ClientId, Id);
    public string Etag => Replies.Etag(Revision);

    /// <summary>What was odd about the report.</summary>
    public IEnumerable<FaultFlag> Flags
    {
        get => FlagNumbers.Select(number => (FaultFlag)number);
        init => FlagNumbers = [.. value.Select(flag => (int)flag)];
    }

    public bool IsOpen => State is FaultState.Reported or FaultState.Confirmed;

    /// <summary>Does it wait for a person's decision, at the head of the list?</summary>
    public bool IsHeld => State == FaultState.Reported && Grounding == Grounding.Held;

    /// <summary>Is the vehicle off the street because of this fault?</summary>
    public bool GroundsVehicle => IsOpen && Grounding == Grounding.Grounded && VehicleId is not null;

    /// <summary>It is real. What was held until a person looked now grounds the vehicle.</summary>
    public Fault Confirm(string by, string note, DateTimeOffset now)
    {
        var confirmed = MoveTo(FaultState.Confirmed, by, note, now, FaultState.Reported);
        return SafetyCritical && VehicleId is not null && Grounding != Grounding.Grounded
            ? confirmed with
            {
                Grounding = Grounding.Grounded,
                GroundingReason = GroundingRule.Confirmed,
            }
            : confirmed;
    }

    /// <summary>It is not real.</summary>
    public Fault Reject(string by, string note, DateTimeOffset now) =>
        MoveTo(FaultState.Rejected, by, note, now, FaultState.Reported);

    /// <summary>It is repaired, whether or not somebody had confirmed it first.</summary>
    public Fault Resolve(string by, string note, DateTimeOffset now) =>
        MoveTo(FaultState.Resolved, by, note, now, FaultState.Reported, FaultState.Confirmed);

    private Fault MoveTo(FaultState to, string by, string note, DateTimeOffset now, params FaultState[] from) =>
        from.Contains(State)
            ? this with
            {
                State = to,
                DecidedBy = by,
                DecisionNote = note,
                UpdateTime = now,
                Revision = Revision + 1,
            }
            : throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.AlreadyIn(State),
                $"The fault is {State} already and cannot become {to}.",
                ("state", State.ToString()),
                ("wanted", to.ToString())
            );
}

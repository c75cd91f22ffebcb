using Mobility.Parking.Episodes;
using Mobility.Parking.V1;

namespace Mobility.Parking;

/// <summary>A complaint about improper parking. What the reporter said is a claim and stays one.</summary>
public sealed partial record Complaint
{
    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }
    public double Latitude { get; init; }
    public double Longitude { get; init; }
    public double AccuracyMeters { get; init; }
    public string Category { get; init; } = "";

    /// <summary>Version and hash of the catalogue that knew the category.</summary>
    public string CatalogueVersion { get; init; } = "";
    public string CatalogueSha256 { get; init; } = "";

    /// <summary>As read from the stickers.</summary>
    public string[] PrintedCodes { get; init; } = [];
    public Guid[] VehicleIds { get; init; } = [];

    /// <summary>In which of its stays each vehicle was.</summary>
    public int[] StayNumbers { get; init; } = [];
    public string Note { get; init; } = "";
    public string Language { get; init; } = "ko";
    public ComplaintChannel Channel { get; init; }
    public DateTimeOffset OccurTime { get; init; }

    /// <summary>people/{uuid} of the member of staff who filed it, empty when the reporter did.</summary>
    public string FiledBy { get; init; } = "";
    public ComplaintState State { get; init; } = ComplaintState.Filed;

    /// <summary>The flags as the database keeps them.</summary>
    public int[] FlagNumbers { get; init; } = [];
    public Guid EpisodeId { get; init; }
    public Guid OriginEpisodeId { get; init; }

    /// <summary>Moment at which it began to count for the grouping; null while HELD, and for ever once split.</summary>
    public long? GroupNumber { get; init; }
    public Guid? RemovalId { get; init; }
    public string City { get; init; } = "";
    public string OrdinanceVersion { get; init; } = "";
    public string RuleCode { get; init; } = "";
    public int GraceMinutes { get; init; }
    public long? FeeMinor { get; init; }
    public Guid? ZoneId { get; init; }
    public ZoneParking ZoneParking { get; init; }
    public string Dong { get; init; } = "";
    public string DongCode { get; init; } = "";
    public DateTimeOffset? DueTime { get; init; }
    public string DecisionNote { get; init; } = "";
    public string DecisionReason { get; init; } = "";
    public string DecidedBy { get; init; } = "";
    public Guid? UpheldThrough { get; init; }
    public DateTimeOffset? AnswerTime { get; init; }
    public int AnswerCount { get; init; }
    public Guid? ProofPhotoId { get; init; }
    public string ReopenNote { get; init; } = "";
    public string SplitNote { get; init; } = "";

    /// <summary>At each place the moment of an answer that was reopened, and when that was.</summary>
    public long[] PauseStarts { get; init; } = [];
    public long[] PauseEnds { get; init; } = [];
    public long? EndNumber { get; init; }

    /// <summary>When it was over; null while somebody owes the reporter an answer.</summary>
    public DateTimeOffset? EndTime { get; init; }
    public byte[] TrackingHash { get; init; } = [];
    public byte[]? SenderHash { get; init; }
    public DateTimeOffset CreateTime { get; init; }
    public DateTimeOffset UpdateTime { get; init; }
    public long Revision { get; init; } = 1;

    public string Name => Names.Of(ClientId, Names.Complaints, Id);
    public string Etag => $"\"{Revision}\"";

    /// <summary>What is to be known about it, each thing once.</summary>
    public IEnumerable<ComplaintFlag> Flags
    {
        get => FlagNumbers.Select(number => (ComplaintFlag)number);
        init => FlagNumbers = [.. value.Distinct().Order().Select(flag => (int)flag)];
    }

    /// <summary>Does it count in the figures of its episode: neither held, nor rejected, nor withdrawn?</summary>
    public bool Counts =>
        State is ComplaintState.Filed or ComplaintState.Upheld or ComplaintState.Dispatched or ComplaintState.Resolved;

    /// <summary>Does a decision on its episode hold for it too?</summary>
    public bool IsLive => State is ComplaintState.Filed or ComplaintState.Upheld or ComplaintState.Dispatched;

    /// <summary>Did a person take it out of an episode, so that it stands alone for ever?</summary>
    public bool IsSplit => Flags.Contains(ComplaintFlag.Split);

    /// <summary>Until when it can be reopened, exclusive; null when it cannot.</summary>
    public DateTimeOffset? ReopenUntilTime =>
        State is ComplaintState.Resolved or ComplaintState.Rejected ? AnswerTime + ReopenableFor : null;

    /// <summary>The vehicles, each in the stay in which it was.</summary>
    public IReadOnlyList<Standing> Standings
    {
        get => [.. VehicleIds.Zip(StayNumbers, (vehicle, stay) => new Standing(vehicle, stay))];
        init
        {
            VehicleIds = [.. value.Select(standing => standing.VehicleId)];
            StayNumbers = [.. value.Select(standing => standing.Stay)];
        }
    }
}

using System.Collections.Immutable;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A refund with what is said of it once and never changes, and who agreed to it.</summary>
public sealed record RefundRow
{
    public required Refund Refund { get; init; }
    public required Guid? RideId { get; init; }
    public required Guid? CustomerId { get; init; }
    public required Guid? VehicleId { get; init; }
    public required Guid? FaultId { get; init; }
    public required Guid? ComplaintId { get; init; }
    public required Guid? CaseId { get; init; }
    public required RefundAction Action { get; init; }
    public required string Reason { get; init; }
    public required string Note { get; init; }
    public required string RequestedBy { get; init; }
    public required Guid? RequestId { get; init; }

    /// <summary>The refund that came back and that this one is in place of; null of most.</summary>
    public required Guid? Replaces { get; init; }
    public required Actor Actor { get; init; }
    public required string Currency { get; init; }

    /// <summary>What was decided when it was asked for; an approval carries what was decided then.</summary>
    public required V1.Decision Decision { get; init; }

    /// <summary>The canonical form that its hash is made of, as it was asked for.</summary>
    public required string SignedRequest { get; init; }

    /// <summary>What an approver would sign now; null unless it waits and was read for people.</summary>
    public SignedRequest? Present { get; init; }
    public required string RequestHash { get; init; }
    public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it was read; null for one that was just written.</summary>
    public DateTimeOffset? ReadTime { get; init; }

    /// <summary>The client's, of one that was read.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;
    public ImmutableArray<ApprovalRow> Approvals { get; init; } = [];

    /// <summary>What was decided when the evidence came that it waited for; null of most.</summary>
    public V1.Decision? EvidenceDecision { get; init; }

    /// <summary>The number of its next decision: that of the asking is 0.</summary>
    public int NextStep => Approvals.Length + (EvidenceDecision is null ? 1 : 2);

    /// <summary>What persons said became of it while it was under review, in order.</summary>
    public ImmutableArray<ResolutionRow> Resolutions { get; init; } = [];

    /// <summary>What was decided last.</summary>
    public V1.Decision LatestDecision => Approvals.IsEmpty ? EvidenceDecision ?? Decision : Approvals[^1].Decision;
}

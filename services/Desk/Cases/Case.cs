using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>The desk's unit of work: one for each matter, open while something of it still needs somebody.</summary>
public sealed record Case
{
    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }

    /// <summary>What it is about, "episode/{uuid}", "fault/{uuid}" and so on; unique within the client.</summary>
    public string Matter { get; init; } = "";
    public CaseKind Kind { get; init; }
    public CaseChannel Channel { get; init; }
    public CaseState State { get; init; } = CaseState.Open;

    /// <summary>Opened by hand, and nobody has closed it: it stays open without any part.</summary>
    public bool KeptOpen { get; init; }

    /// <summary>Null only while no active member of the desk is known, or in a case that was never open.</summary>
    public Guid? OwnerId { get; init; }

    /// <summary>The owner has it only because no agent was on duty.</summary>
    public bool StandsIn { get; init; }
    public bool HandedOver { get; init; }
    public string Title { get; init; } = "";
    public Guid? RiderId { get; init; }
    public Guid? RideId { get; init; }
    public Guid? VehicleId { get; init; }
    public CaseNeed Need { get; init; }
    public DateTimeOffset CreateTime { get; init; }
    public DateTimeOffset UpdateTime { get; init; }
    public DateTimeOffset? CloseTime { get; init; }
    public long Revision { get; init; } = 1;

    public string Name => Names.Of(ClientId, Names.Cases, Id);
    public string Etag => $"\"{Revision}\"";
    public bool IsOpen => State == CaseState.Open;

    /// <summary>The matter of a case that a person opened for something that no other service knows.</summary>
    public static string MatterByHand(Guid id) => $"case/{id}";

    public bool IsByHand => string.Equals(Matter, MatterByHand(Id), StringComparison.Ordinal);

    /// <summary>
    /// The case as its parts say: open exactly while one of them is, or while it is kept open by hand. What it is about
    /// comes from its oldest parts, so the order in which they joined makes no difference. The same case when nothing
    /// changes.
    /// </summary>
    public Case Follow(IReadOnlyList<CasePart> parts, DateTimeOffset now)
    {
        // Ids are UUIDv7: the least is the oldest. Parts of the case's own kind say how the matter came.
        var oldest = parts.OrderBy(p => p.Kind != Kind).ThenBy(p => p.ThingId.ToString(), StringComparer.Ordinal);
        var followed = this with
        {
            State = KeptOpen || parts.Any(p => p.IsOpen) ? CaseState.Open : CaseState.Closed,
            Channel = IsByHand ? Channel : oldest.FirstOrDefault()?.Channel ?? Channel,
            RiderId = First(RiderId, oldest.Select(p => p.RiderId)),
            RideId = First(RideId, oldest.Select(p => p.RideId)),
            VehicleId = First(VehicleId, oldest.Select(p => p.VehicleId)),
        };
        if (followed == this)
        {
            return this;
        }

        var isOpen = followed.State == CaseState.Open;
        return followed.Changed(now) with { CloseTime = isOpen ? null : CloseTime ?? now };
    }

    public Case GiveTo(Owner? owner, DateTimeOffset now) =>
        OwnerId == owner?.PersonId && StandsIn == (owner?.StandsIn ?? false)
            ? this
            : Changed(now) with
            {
                OwnerId = owner?.PersonId,
                StandsIn = owner?.StandsIn ?? false,
            };

    /// <summary>A person gave it to somebody: it is the lead's no more, and nobody stands in.</summary>
    public Case Assign(Guid person, DateTimeOffset now) =>
        Demand(IsOpen).Changed(now) with
        {
            OwnerId = person,
            StandsIn = false,
            HandedOver = false,
        };

    /// <summary>To the lead, or who takes the lead's place; with whoever has it when there is nobody else.</summary>
    public Case HandOver(Owner? lead, DateTimeOffset now) =>
        Demand(IsOpen).Changed(now) with
        {
            OwnerId = lead?.PersonId ?? OwnerId,
            StandsIn = false,
            HandedOver = true,
        };

    /// <summary>A person says that nothing is left to do, and what was needed; the parts are closed by then.</summary>
    public Case Close(CaseNeed need, DateTimeOffset now) =>
        Demand(IsOpen).Changed(now) with
        {
            State = CaseState.Closed,
            KeptOpen = false,
            Need = need,
            CloseTime = now,
        };

    public Case Changed(DateTimeOffset now) => this with { UpdateTime = now, Revision = Revision + 1 };

    private Guid? First(Guid? own, IEnumerable<Guid?> ofParts) =>
        IsByHand && own is not null ? own : ofParts.FirstOrDefault(id => id is not null);

    private Case Demand(bool isOpen) =>
        isOpen
            ? this
            : throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.CaseAlreadyClosed,
                "The case is closed already.",
                ("name", Name)
            );
}

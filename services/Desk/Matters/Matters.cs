using Mobility.Desk.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>
/// Takes what an event says: the copy, the part of its case, what people are told of it, and whether the case is open
/// then. Everything is derived from the copies of the highest revisions, so the order of the events and their number
/// make no difference.
/// </summary>
public static class Matters
{
    public static async Task Take(Tx tx, ComplaintCopy complaint, params IEnumerable<Told> told)
    {
        await CaseTable.Enter(tx);
        await CopyTable.Put(tx, complaint);
        var copy = (await CopyTable.Complaint(tx, complaint.Id))!;
        var refunds = await CopyTable.RefundsOfComplaint(tx, complaint.Id);
        var touched = await Place(tx, copy, refunds);
        foreach (var refund in refunds)
        {
            touched.UnionWith(await Place(tx, refund, copy));
        }

        await Finish(tx, touched, told);
    }

    public static async Task Take(Tx tx, FaultCopy fault, params IEnumerable<Told> told)
    {
        await CaseTable.Enter(tx);
        await CopyTable.Put(tx, fault);
        var copy = (await CopyTable.Fault(tx, fault.Id))!;
        var touched = await Place(tx, copy);
        // What became of the machine's refund is told to its rider only if the fault is the rider's own report.
        var ends = (await CopyTable.RefundsOfFault(tx, fault.Id)).SelectMany(refund => Telling.OfEnd(refund, copy));
        await Finish(tx, touched, told.Concat(ends));
    }

    public static async Task Take(Tx tx, RefundCopy refund, params IEnumerable<Told> told)
    {
        await CaseTable.Enter(tx);
        await CopyTable.Put(tx, refund);
        var copy = (await CopyTable.Refund(tx, refund.Id))!;
        var complaint = await CopyTable.Complaint(tx, copy.ComplaintId);
        var touched = await Place(tx, copy, complaint);
        var end = Telling.OfEnd(copy, await CopyTable.Fault(tx, copy.FaultId));
        await Finish(tx, touched, told.Concat(end));
    }

    private static Task<HashSet<Guid>> Place(Tx tx, ComplaintCopy complaint, IReadOnlyList<RefundCopy> followers) =>
        Place(
            tx,
            MatterRule.Of(complaint),
            CaseKind.Complaint,
            new CasePart
            {
                Kind = CaseKind.Complaint,
                ThingId = complaint.Id,
                Channel = complaint.Channel,
                VehicleId = complaint.VehicleId,
            },
            [.. followers.Select(refund => refund.Id)]
        );

    private static Task<HashSet<Guid>> Place(Tx tx, FaultCopy fault) =>
        Place(
            tx,
            MatterRule.Of(fault),
            CaseKind.Fault,
            new CasePart
            {
                Kind = CaseKind.Fault,
                ThingId = fault.Id,
                // Crew reports without an account; riders do it in the app.
                Channel = fault.ReporterId is null ? CaseChannel.System : CaseChannel.App,
                RiderId = fault.ReporterId,
                RideId = fault.RideId,
                VehicleId = fault.VehicleId,
            }
        );

    private static Task<HashSet<Guid>> Place(Tx tx, RefundCopy refund, ComplaintCopy? complaint) =>
        Place(
            tx,
            MatterRule.Of(refund, complaint),
            refund.ComplaintId is not null ? CaseKind.Complaint
                : refund.FaultId is not null ? CaseKind.Fault
                : CaseKind.Refund,
            new CasePart
            {
                Kind = CaseKind.Refund,
                ThingId = refund.Id,
                Channel = CaseChannel.System,
                RiderId = refund.RiderId,
                RideId = refund.RideId,
                VehicleId = refund.VehicleId,
            }
        );

    private static async Task<HashSet<Guid>> Place(
        Tx tx,
        Placement? placement,
        CaseKind caseKind,
        CasePart thing,
        params Guid[] followers
    )
    {
        if (placement is null)
        {
            return [];
        }

        var before = await PartTable.Find(tx, thing.Kind, thing.ThingId);
        var part = thing with
        {
            ClientId = tx.ClientId,
            WaitsFor = placement.WaitsFor,
            CaseId = await CaseOf(tx, placement, caseKind, before, followers),
            JoinTime = before?.JoinTime ?? tx.Now,
        };
        var moved = before is not null && before.CaseId != part.CaseId;
        return [.. await CaseBook.Put(tx, moved ? part with { JoinTime = tx.Now } : part, before, Names.System)];
    }

    /// <summary>The case named, else the matter's; else the part's own case becomes the matter's, if nothing is in
    /// it but the part and what goes where it goes; else a new one.</summary>
    private static async Task<Guid> CaseOf(
        Tx tx,
        Placement placement,
        CaseKind kind,
        CasePart? before,
        Guid[] followers
    )
    {
        if (placement.CaseId is { } named && await CaseTable.Find(tx, named) is not null)
        {
            return named;
        }

        if (await CaseTable.FindByMatter(tx, placement.Matter) is { } known)
        {
            return known.Id;
        }

        if (before is not null)
        {
            var own = (await CaseTable.Find(tx, before.CaseId))!;
            var parts = await PartTable.OfCase(tx, own.Id);
            if (!own.IsByHand && parts.All(p => p.ThingId == before.ThingId || followers.Contains(p.ThingId)))
            {
                await CaseTable.Save(tx, own.Changed(tx.Now) with { Matter = placement.Matter });
                return own.Id;
            }
        }

        var id = Guid.CreateVersion7(tx.Now);
        var fresh = new Case
        {
            Id = id,
            Matter = placement.Matter,
            Kind = kind,
            Channel = CaseChannel.System,
        };
        return (await CaseBook.Open(tx, fresh, Names.System)).Id;
    }

    /// <summary>People are told before the case is settled: its log shows the answer before the close.</summary>
    private static async Task Finish(Tx tx, IEnumerable<Guid> touched, IEnumerable<Told> told)
    {
        foreach (var one in told)
        {
            await MessageTable.Tell(tx, one, Names.System);
        }

        foreach (var caseId in touched)
        {
            await CaseBook.Settle(tx, caseId, Names.System);
        }
    }
}

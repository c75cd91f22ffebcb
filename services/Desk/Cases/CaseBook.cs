using Google.Protobuf.WellKnownTypes;
using Mobility.Desk.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>
/// Opens cases and lets them follow their parts: the rows, the log and the events of one change. Who calls it holds the
/// client's cases (<see cref="CaseTable.Enter"/>).
/// </summary>
public static class CaseBook
{
    /// <summary>Writes a new case, given to whom the rule says, or to the one named.</summary>
    public static async Task<Case> Open(Tx tx, Case fresh, string actor, Guid? first = null)
    {
        var facts = await Ownership.Facts(tx);
        var taken = facts.IsOnDuty(first) ? new Owner(first!.Value, StandsIn: false) : null;
        var owner = taken ?? AssignmentRule.ForNew(facts);
        var opened = fresh with
        {
            ClientId = tx.ClientId,
            OwnerId = owner?.PersonId,
            StandsIn = owner?.StandsIn ?? false,
            CreateTime = tx.Now,
            UpdateTime = tx.Now,
        };
        await CaseTable.Insert(tx, opened);
        await CaseLogTable.Add(tx, opened.Id, CaseLogKind.Opened, actor);
        if (opened.OwnerId is not null)
        {
            await CaseLogTable.Add(tx, opened.Id, CaseLogKind.Assigned, actor, Names.Person(opened.OwnerId));
        }

        tx.Publish(new CaseOpened { Case = Snapshot(opened) }, opened.Name);
        return opened;
    }

    /// <summary>Puts a part into a case, or makes it what it is now. Says which cases have to be settled after
    /// it.</summary>
    public static async Task<IReadOnlyList<Guid>> Put(Tx tx, CasePart part, CasePart? before, string actor)
    {
        if (before == part)
        {
            return [];
        }

        await PartTable.Put(tx, part);
        if (before?.CaseId != part.CaseId)
        {
            if (before is not null)
            {
                await CaseLogTable.Add(tx, before.CaseId, CaseLogKind.PartClosed, actor, part.Name);
            }

            await CaseLogTable.Add(tx, part.CaseId, CaseLogKind.PartJoined, actor, part.Name);
        }
        else if (before.IsOpen && !part.IsOpen)
        {
            await CaseLogTable.Add(tx, part.CaseId, CaseLogKind.PartClosed, actor, part.Name);
        }

        return before is null || before.CaseId == part.CaseId ? [part.CaseId] : [before.CaseId, part.CaseId];
    }

    /// <summary>Lets the case follow its parts: closed when nothing is left, open again when something is.</summary>
    public static async Task Settle(Tx tx, Guid caseId, string actor)
    {
        var before = await CaseTable.Find(tx, caseId) ?? throw new InvalidOperationException("A part's case is gone.");
        var after = before.Follow(await PartTable.OfCase(tx, caseId), tx.Now);
        if (after == before)
        {
            return;
        }

        await CaseTable.Save(tx, after);
        if (before.IsOpen && !after.IsOpen)
        {
            await Closed(tx, after, actor);
        }
        else if (after.IsOpen && !before.IsOpen)
        {
            await CaseLogTable.Add(tx, caseId, CaseLogKind.Reopened, actor);
            // Whoever had it may be at home by now.
            await Ownership.Follow(tx, [after]);
            var reopened = (await CaseTable.Find(tx, caseId))!;
            tx.Publish(new CaseOpened { Case = Snapshot(reopened) }, reopened.Name);
        }
        else if (after.RideId != before.RideId || after.VehicleId != before.VehicleId)
        {
            tx.Publish(new CaseSubjectChanged { Case = Snapshot(after) }, after.Name);
        }
    }

    /// <summary>The line and the event of a close.</summary>
    public static async Task Closed(Tx tx, Case closed, string actor)
    {
        await CaseLogTable.Add(tx, closed.Id, CaseLogKind.Closed, actor);
        tx.Publish(new CaseClosed { Case = Snapshot(closed) }, closed.Name);
    }

    /// <summary>Hands the case to the lead at once.</summary>
    public static async Task<Case> HandOver(Tx tx, Case open, string actor)
    {
        var lead = AssignmentRule.ForHandedOver(await Ownership.Facts(tx), open.OwnerId);
        var handed = open.HandOver(lead, tx.Now);
        await CaseTable.Save(tx, handed);
        await CaseLogTable.Add(tx, handed.Id, CaseLogKind.HandedOver, actor, Names.Person(handed.OwnerId));
        tx.Publish(new CaseHandedOver { Case = Snapshot(handed) }, handed.Name);
        return handed;
    }

    private static CaseSnapshot Snapshot(Case of) =>
        new()
        {
            Case = of.Name,
            Revision = of.Revision,
            Kind = of.Kind,
            State = of.State,
            Owner = Names.Person(of.OwnerId),
            HandedOver = of.HandedOver,
            UpdateTime = of.UpdateTime.ToTimestamp(),
            Ride = of.RideId is { } ride ? Names.Of(of.ClientId, Names.Rides, ride) : "",
            Vehicle = of.VehicleId is { } vehicle ? Names.Of(of.ClientId, Names.Vehicles, vehicle) : "",
        };
}

using Mobility.Desk.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>
/// Records that a person called or wrote. An answered contact belongs to a case, the one named or a new one, which a
/// person closes. Who abuses the agent is the lead's at once.
/// </summary>
public static class RecordContact
{
    private const int ExternalIdLength = 100;

    public static async Task<V1.Contact> Handle(RecordContactRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.RequestId(request.RequestId);
        check.That(request.Contact is not null, "contact", "must be set");
        var wire = request.Contact ?? new V1.Contact();
        var said = new Contact
        {
            ExternalId = check.Text(wire.ExternalId, "contact.external_id", 1, ExternalIdLength),
            Channel = check.Known(wire.Channel, "contact.channel"),
            Outcome = check.Known(wire.Outcome, "contact.outcome"),
            CaseId = check.NameOf(client, wire.Case, "contact.case", Names.Cases)?.Id,
            RiderId = check.NameOf(client, wire.Rider, "contact.rider", Names.Riders)?.Id,
            Abusive = wire.Abusive,
        };
        var answered = said.Outcome == ContactOutcome.Answered;
        check.That(answered || wire.Case.Length == 0, "contact.case", "must be empty until somebody answers");
        check.That(answered || !said.Abusive, "contact.abusive", "must be false until somebody answers");
        check.Done();
        return await call.Once(
            client.Id,
            request.RequestId,
            request,
            async tx =>
            {
                await CaseTable.Enter(tx);
                return (await Record(tx, said, call)).ToWire();
            }
        );
    }

    private static async Task<Contact> Record(Tx tx, Contact said, Call call)
    {
        var by = call.Caller.Subject;
        var known = await ContactTable.Find(tx, said.ExternalId);
        var before =
            known
            ?? new Contact
            {
                ClientId = tx.ClientId,
                Id = call.NewId(),
                ExternalId = said.ExternalId,
                Channel = said.Channel,
                OfferTime = tx.Now,
            };
        var after = before.CarryOn(said, by, tx.Now) with { Revision = (known?.Revision ?? 0) + 1 };
        if (known is not null && after with { Revision = known.Revision } == known)
        {
            return known;
        }

        if (after.Outcome != ContactOutcome.Answered)
        {
            await ContactTable.Put(tx, after);
            return after;
        }

        after = after with { CaseId = await CaseOf(tx, after, by) };
        await ContactTable.Put(tx, after);
        await Join(tx, after, isAnswer: before.Outcome != ContactOutcome.Answered, by);
        if (after.Abusive && !before.Abusive)
        {
            var abused = (await CaseTable.Find(tx, after.CaseId!.Value))!;
            await (abused.IsOpen && !abused.HandedOver ? CaseBook.HandOver(tx, abused, by) : Task.CompletedTask);
        }

        return after;
    }

    private static async Task<Guid> CaseOf(Tx tx, Contact contact, string by)
    {
        if (contact.CaseId is { } named)
        {
            var name = new ResourceName(tx.ClientId, Names.Cases, named);
            return (await CaseTable.Find(tx, named) ?? throw CaseTable.NotFound(name)).Id;
        }

        var fresh = new Case
        {
            Id = Guid.CreateVersion7(tx.Now),
            Matter = MatterRule.Contact(contact.Id),
            Kind = CaseKind.Contact,
            Channel = contact.Channel,
            RiderId = contact.RiderId,
        };
        return (await CaseBook.Open(tx, fresh, by, Names.PersonId(by))).Id;
    }

    /// <summary>The contact is a part that a person closes with the case; what is said of it later opens it no
    /// more.</summary>
    private static async Task Join(Tx tx, Contact contact, bool isAnswer, string by)
    {
        var before = await PartTable.Find(tx, CaseKind.Contact, contact.Id);
        var stays = before is not null && before.CaseId == contact.CaseId;
        var part = new CasePart
        {
            ClientId = tx.ClientId,
            Kind = CaseKind.Contact,
            ThingId = contact.Id,
            CaseId = contact.CaseId!.Value,
            WaitsFor = stays ? before!.WaitsFor : WaitsFor.APerson,
            Channel = contact.Channel,
            RiderId = contact.RiderId,
            JoinTime = stays ? before!.JoinTime : tx.Now,
        };
        var touched = await CaseBook.Put(tx, part, before, by);
        if (isAnswer)
        {
            await CaseLogTable.Add(tx, part.CaseId, CaseLogKind.Answered, by, contact.Name);
            await CaseLogTable.Resume(tx, part.CaseId, by, contact.Name);
        }

        foreach (var caseId in touched)
        {
            await CaseBook.Settle(tx, caseId, by);
        }
    }
}

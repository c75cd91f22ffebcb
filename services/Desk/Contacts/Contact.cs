using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>A call, chat or letter: it is offered, and somebody takes it or the person gives up.</summary>
public sealed record Contact
{
    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }
    public string ExternalId { get; init; } = "";
    public CaseChannel Channel { get; init; }
    public ContactOutcome Outcome { get; init; } = ContactOutcome.Offered;
    public Guid? CaseId { get; init; }
    public Guid? RiderId { get; init; }
    public bool Abusive { get; init; }
    public DateTimeOffset OfferTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>people/{uuid} of who took it; empty while nobody has.</summary>
    public string Member { get; init; } = "";
    public long Revision { get; init; } = 1;

    public string Name => Names.Of(ClientId, Names.Contacts, Id);

    /// <summary>
    /// What is said of the contact now. One that rings is taken or given up; while somebody has it, the case and the
    /// rider become known and the caller may turn abusive, which is never taken back. The rest is over.
    /// </summary>
    public Contact CarryOn(Contact said, string by, DateTimeOffset now)
    {
        if (Outcome != ContactOutcome.Offered && said.Outcome != Outcome)
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.ContactEnded,
                $"The contact was {Outcome} already and cannot become {said.Outcome}.",
                ("outcome", Outcome.ToString())
            );
        }

        var ends = Outcome == ContactOutcome.Offered && said.Outcome != ContactOutcome.Offered;
        var carried = this with
        {
            Outcome = said.Outcome,
            CaseId = said.CaseId ?? CaseId,
            RiderId = said.RiderId ?? RiderId,
            Abusive = Abusive || said.Abusive,
            EndTime = ends ? now : EndTime,
            Member = ends && said.Outcome == ContactOutcome.Answered ? by : Member,
        };
        return carried == this ? this : carried with { Revision = Revision + 1 };
    }

    public V1.Contact ToWire() =>
        new()
        {
            Name = Name,
            ExternalId = ExternalId,
            Channel = Channel,
            Outcome = Outcome,
            Case = Names.Of(ClientId, Names.Cases, CaseId),
            Rider = Names.Of(ClientId, Names.Riders, RiderId),
            Abusive = Abusive,
            OfferTime = OfferTime.ToTimestamp(),
            EndTime = EndTime?.ToTimestamp(),
            Member = Member,
            Revision = Revision,
            Etag = $"\"{Revision}\"",
        };
}

/// <summary>Statements on contacts.</summary>
public static class ContactTable
{
    public static Task<Contact?> Find(Tx tx, string externalId) =>
        tx.One<Contact>(
            """
            SELECT * FROM contacts WHERE client_id = @ClientId AND external_id = @externalId
            """,
            new { tx.ClientId, externalId }
        );

    public static Task<int> Put(Tx tx, Contact contact) =>
        tx.Execute(
            """
            INSERT INTO contacts
                (client_id, id, external_id, channel, outcome, case_id, rider_id, abusive, offer_time, end_time,
                 member, revision)
            VALUES
                (@ClientId, @Id, @ExternalId, @Channel, @Outcome, @CaseId, @RiderId, @Abusive, @OfferTime, @EndTime,
                 @Member, @Revision)
            ON CONFLICT (client_id, id) DO UPDATE SET
                outcome = excluded.outcome, case_id = excluded.case_id, rider_id = excluded.rider_id,
                abusive = excluded.abusive, end_time = excluded.end_time, member = excluded.member,
                revision = excluded.revision
            """,
            contact
        );
}

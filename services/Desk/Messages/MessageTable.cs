using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Mobility.Desk.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>A row of what a person is told.</summary>
public sealed record MessageRow
{
    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }
    public string Recipient { get; init; } = "";
    public string Subject { get; init; } = "";
    public CaseKind? SubjectKind { get; init; }
    public Guid SubjectId { get; init; }
    public string Kind { get; init; } = "";
    public string Template { get; init; } = "";

    /// <summary>A JSON object of strings.</summary>
    public string ToldValues { get; init; } = "{}";
    public string Text { get; init; } = "";
    public string Language { get; init; } = "";
    public MessagePlace Place { get; init; }
    public MessageState State { get; init; } = MessageState.Queued;

    /// <summary>people/{uuid} of who sent it, or "system".</summary>
    public string SentBy { get; init; } = "";

    /// <summary>The case that the sender named; else the case that the subject belongs to at the time of
    /// reading.</summary>
    public Guid? CaseId { get; init; }
    public DateTimeOffset CreateTime { get; init; }
    public DateTimeOffset NotBeforeTime { get; init; }
    public DateTimeOffset? DeliverTime { get; init; }

    public string Name => Names.Of(ClientId, Names.Messages, Id);

    public Message ToWire() =>
        new()
        {
            Name = Name,
            Recipient = Recipient,
            Subject = Subject,
            Kind = Kind,
            Template = Template,
            Values = { JsonSerializer.Deserialize<Dictionary<string, string>>(ToldValues)! },
            Text = Text,
            Language = Language,
            Place = Place,
            State = State,
            CreateTime = CreateTime.ToTimestamp(),
            NotBeforeTime = NotBeforeTime.ToTimestamp(),
            DeliverTime = DeliverTime?.ToTimestamp(),
            Case = Names.Of(ClientId, Names.Cases, CaseId),
        };
}

/// <summary>Statements on messages.</summary>
public static class MessageTable
{
    /// <summary>Queues what a person is told, unless the person was told it already; null then.</summary>
    public static async Task<MessageRow?> Tell(Tx tx, Told told, string sentBy, string text = "", Guid? caseId = null)
    {
        var template = Templates.Of(told.Template);
        var parts = told.Subject.Split('/');
        var place = Templates.PlaceOf(told.Recipient.Split('/')[2]);
        var zone = tx.Clients.Find(tx.ClientId)!.Zone;
        var row = new MessageRow
        {
            ClientId = tx.ClientId,
            Id = Guid.CreateVersion7(tx.Now),
            Recipient = told.Recipient,
            Subject = told.Subject,
            SubjectKind = CasePart.KindOf(parts[2]),
            SubjectId = Guid.Parse(parts[3]),
            Kind = told.Kind,
            Template = told.Template,
            ToldValues = told.Values,
            Text = text,
            Language = told.Language,
            Place = place,
            SentBy = sentBy,
            CaseId = caseId,
            CreateTime = tx.Now,
            // A page that is looked at rings nobody.
            NotBeforeTime = QuietHours.NotBefore(tx.Now, zone, template.CanWait && place == MessagePlace.Inbox),
        };
        if (!await TryInsert(tx, row))
        {
            return null;
        }

        tx.Wake(DeliverMessages.Job);
        await LogAnswer(tx, row, template);
        return row;
    }

    /// <summary>How often the recipient was told that kind of thing about the subject, by hand.</summary>
    public static Task<int> CountOf(Tx tx, Message said) =>
        tx.Scalar<int>(
            """
            SELECT count(*)::integer FROM messages
            WHERE client_id = @ClientId AND recipient = @Recipient AND subject = @Subject AND template = @Kind
            """,
            new
            {
                tx.ClientId,
                said.Recipient,
                said.Subject,
                said.Kind,
            }
        );

    /// <summary>False when the recipient was told that of the subject.</summary>
    private static async Task<bool> TryInsert(Tx tx, MessageRow row) =>
        await tx.Execute(
            """
            INSERT INTO messages
                (client_id, id, recipient, subject, subject_kind, subject_id, kind, template, told_values, text,
                 language, place, state, sent_by, case_id, create_time, not_before_time)
            VALUES
                (@ClientId, @Id, @Recipient, @Subject, @SubjectKind, @SubjectId, @Kind, @Template, @ToldValues::jsonb,
                 @Text, @Language, @Place, @State, @SentBy, @CaseId, @CreateTime, @NotBeforeTime)
            ON CONFLICT (client_id, recipient, subject, kind) DO NOTHING
            """,
            row
        ) == 1;

    /// <summary>The case that the sender named, else the one to which the subject belongs now.</summary>
    public static async Task<Guid?> CaseOf(Tx tx, MessageRow row) =>
        row switch
        {
            { CaseId: { } named } => named,
            { SubjectKind: { } kind } => (await PartTable.Find(tx, kind, row.SubjectId))?.CaseId,
            _ => null,
        };

    private static async Task LogAnswer(Tx tx, MessageRow row, Template template)
    {
        if (template.IsAnswer && await CaseOf(tx, row) is { } caseId)
        {
            await CaseLogTable.Add(tx, caseId, CaseLogKind.Answered, row.SentBy, row.Name);
        }
    }

    /// <summary>What is due now, oldest first, for the one who delivers it.</summary>
    public static Task<IReadOnlyList<MessageRow>> Due(Tx tx, int count) =>
        tx.List<MessageRow>(
            """
            SELECT * FROM messages
            WHERE client_id = @ClientId AND state = 1 AND not_before_time <= @Now
            ORDER BY not_before_time, id LIMIT @count FOR UPDATE SKIP LOCKED
            """,
            new
            {
                tx.ClientId,
                tx.Now,
                count,
            }
        );

    /// <summary>
    /// Marks them delivered and returns them, oldest first. A rider's is in the language of the rider's latest report
    /// that has one: looked up here and not when it was queued, because events of the two may come in any order. An
    /// agent's own words stay as they are.
    /// </summary>
    public static async Task<IReadOnlyList<MessageRow>> Delivered(Tx tx, Guid[] ids)
    {
        var rows = await tx.List<MessageRow>(
            """
            UPDATE messages m SET state = 2, deliver_time = @Now, language = coalesce(
                (SELECT f.language FROM fault_copies f
                    WHERE f.client_id = @ClientId AND f.reporter_id = split_part(m.recipient, '/', 4)::uuid
                        AND m.place = 1 AND m.text = '' AND f.language <> ''
                    ORDER BY f.id DESC LIMIT 1),
                m.language)
            WHERE m.client_id = @ClientId AND m.id = ANY(@ids)
            RETURNING m.*
            """,
            new
            {
                tx.ClientId,
                tx.Now,
                ids,
            }
        );
        return [.. rows.OrderBy(row => row.NotBeforeTime).ThenBy(row => row.Id.ToString(), StringComparer.Ordinal)];
    }
}

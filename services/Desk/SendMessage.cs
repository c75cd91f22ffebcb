using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Tells a person something: a rider in the agent's own words, anybody that the matter is worked on.</summary>
public static class SendMessage
{
    /// <summary>What a message may be about.</summary>
    public static readonly IReadOnlyList<string> Subjects =
    [
        Names.Cases,
        Names.Contacts,
        Names.Faults,
        Names.Complaints,
        Names.Refunds,
        Names.Rides,
    ];

    public static async Task<Message> Handle(SendMessageRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.RequestId(request.RequestId);
        check.That(request.Message is not null, "message", "must be set");
        var said = request.Message ?? new Message();
        var recipient = Name(check, client, said.Recipient, "message.recipient", Names.Riders, Names.Complaints);
        var subject = Name(check, client, said.Subject, "message.subject", [.. Subjects]);
        check.That(
            Templates.ByHand.Contains(said.Kind, StringComparer.Ordinal),
            "message.kind",
            "must be one of " + string.Join(", ", Templates.ByHand)
        );
        var ownWords = Templates.IsOwnWords(said.Kind);
        check.Text(said.Text, "message.text", ownWords ? 1 : 0, Limits.TextLength);
        check.That(ownWords || said.Text.Length == 0, "message.text", "must be empty unless it is a reply or question");
        var toRider = recipient?.Collection is null or Names.Riders;
        check.That(toRider || !ownWords, "message.recipient", "must be a rider for a reply or question");
        var caseName = check.NameOf(client, said.Case, "message.case", Names.Cases);
        check.Done();
        return await call.Once(
            client.Id,
            request.RequestId,
            request,
            async tx =>
            {
                var language = await LanguageOf(tx, recipient!.Value, check);
                check.Done();
                await CaseTable.Enter(tx);
                // Own words differ each time; the request id keeps a double click from saying them twice.
                var number = ownWords ? 1 + await MessageTable.CountOf(tx, said) : 1;
                var told = new Told(said.Recipient, said.Subject, said.Kind, number, "{}", language);
                return await Send(tx, told, said.Text, CaseNamed(caseName, subject!.Value), call.Caller.Subject);
            }
        );
    }

    private static async Task<Message> Send(Tx tx, Told told, string text, ResourceName? caseName, string by)
    {
        if (caseName is { } named && await CaseTable.Find(tx, named.Id) is null)
        {
            throw CaseTable.NotFound(named);
        }

        var row =
            await MessageTable.Tell(tx, told, by, text, caseName?.Id)
            ?? throw new Refusal(
                StatusCode.AlreadyExists,
                Errors.AlreadyTold,
                "The recipient was told this kind of thing about the subject.",
                ("kind", told.Kind)
            );
        var shown = row with { CaseId = await MessageTable.CaseOf(tx, row) };
        if (told.Template == Templates.Question && shown.CaseId is { } waiting)
        {
            await CaseLogTable.Add(tx, waiting, CaseLogKind.Paused, by, row.Name);
        }

        return shown.ToWire();
    }

    /// <summary>A message about a case belongs to it without saying so twice.</summary>
    private static ResourceName? CaseNamed(ResourceName? named, ResourceName subject) =>
        named ?? (subject.Collection == Names.Cases ? subject : null);

    private static async Task<string> LanguageOf(Tx tx, ResourceName recipient, Check check)
    {
        if (recipient.Collection == Names.Riders)
        {
            return Told.RidersLanguage;
        }

        var complaint = await CopyTable.Complaint(tx, recipient.Id);
        check.That(complaint is not null, "message.recipient", "must be a complaint that the desk has heard of");
        return complaint?.Language ?? "";
    }

    private static ResourceName? Name(
        Check check,
        Platform.ClientProfile client,
        string text,
        string field,
        params string[] collections
    )
    {
        var plural = text.Split('/') is [_, _, var third, _] ? third : "";
        var right = collections.Contains(plural, StringComparer.Ordinal);
        check.That(
            right,
            field,
            $"must have the form clients/{{client}}/{{collection}}/{{uuid}} and name one of "
                + string.Join(", ", collections)
        );
        return right ? check.NameOf(client, text, field, plural) : null;
    }
}

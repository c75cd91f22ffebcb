using Grpc.Core;
using Mobility.Desk.V1;
using Case = Mobility.Desk.V1.Case;
using Contact = Mobility.Desk.V1.Contact;

namespace Mobility.Tests.Desk;

/// <summary>Calls of the desk's people.</summary>
internal sealed partial class DeskHouse
{
    public CreateCaseRequest Creation() =>
        new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Case = new Case
            {
                Kind = CaseKind.Contact,
                Channel = CaseChannel.Chat,
                Title = "헬멧 보관함 문의",
                Rider = Rider,
            },
        };

    public async Task<Case> Create(Metadata? caller = null) => await Rpc.CreateCaseAsync(Creation(), caller ?? AsAgent);

    public RecordContactRequest Call(ContactOutcome outcome, string? externalId = null, string inCase = "") =>
        new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Contact = new Contact
            {
                ExternalId = externalId ?? "CTI-" + NewId(),
                Channel = CaseChannel.Phone,
                Outcome = outcome,
                Case = inCase,
            },
        };

    public async Task<Contact> Record(ContactOutcome outcome, string? externalId = null, string inCase = "") =>
        await Rpc.RecordContactAsync(Call(outcome, externalId, inCase), AsAgent);

    public async Task<Case> HandOver(string name, Metadata? caller = null) =>
        await Rpc.HandOverCaseAsync(
            new HandOverCaseRequest
            {
                Name = name,
                Reason = "고객이 팀장 통화를 요구함",
                RequestId = NewId(),
            },
            caller ?? AsAgent
        );

    public async Task<Case> Assign(string name, string owner, Metadata caller) =>
        await Rpc.AssignCaseAsync(
            new AssignCaseRequest
            {
                Name = name,
                Owner = owner,
                RequestId = NewId(),
            },
            caller
        );

    public async Task<Case> Close(string name, CaseNeed need = CaseNeed.Fix, string note = "") =>
        await Rpc.CloseCaseAsync(
            new CloseCaseRequest
            {
                Name = name,
                Need = need,
                Note = note,
                RequestId = NewId(),
            },
            AsAgent
        );

    public SendMessageRequest Reply(string subject, string kind = "reply", string text = "확인해 보겠습니다") =>
        new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Message = new Message
            {
                Recipient = Rider,
                Subject = subject,
                Kind = kind,
                Text = text,
            },
        };

    public async Task<Message> Send(SendMessageRequest request, Metadata? caller = null) =>
        await Rpc.SendMessageAsync(request, caller ?? AsAgent);
}

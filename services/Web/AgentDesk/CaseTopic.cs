using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Web.AgentDesk;

/// <summary>What a case is about in a line: the thing that it began with, asked of the service that owns it.</summary>
public sealed record CaseTopic
{
    public Fault? Fault { get; init; }
    public Complaint? Complaint { get; init; }
    public Refund? Refund { get; init; }

    /// <summary>The first part of the case's own kind, else nothing.</summary>
    public static async Task<CaseTopic> Load(Gathering ask, Backends backends, Case matter)
    {
        var name = matter.Parts.FirstOrDefault(p => p.Kind == matter.Kind)?.Name;
        return (name is null ? CaseKind.Contact : matter.Kind) switch
        {
            CaseKind.Fault => new CaseTopic
            {
                Fault = await ask.Ask("faults", o => backends.Faults.GetFaultAsync(new() { Name = name }, o)),
            },
            CaseKind.Complaint => new CaseTopic
            {
                Complaint = await ask.Ask("parking", o => backends.Parking.GetComplaintAsync(new() { Name = name }, o)),
            },
            CaseKind.Refund => new CaseTopic
            {
                Refund = await ask.Ask("refunds", o => backends.Refunds.GetRefundAsync(new() { Name = name }, o)),
            },
            _ => new CaseTopic(),
        };
    }

    /// <summary>The topic of a case whose parts are known already.</summary>
    public static CaseTopic Of(CaseFile file) =>
        new()
        {
            Fault = file.Case.Kind == CaseKind.Fault ? file.Faults.FirstOrDefault() : null,
            Complaint = file.Case.Kind == CaseKind.Complaint ? file.Complaints.FirstOrDefault() : null,
            Refund = file.Case.Kind == CaseKind.Refund ? file.Refunds.FirstOrDefault() : null,
        };

    /// <summary>"Brake failure · GN-0001"; a title given by a person goes before it.</summary>
    public string Line(DeskContext context, Case matter)
    {
        string[] words =
        [
            matter.Title,
            Fault is null ? "" : context.Code("fault", Fault.Category),
            Fault?.PrintedCode ?? "",
            Complaint is null ? "" : context.Category(Complaint.Category),
            Complaint?.Rule?.Dong ?? "",
            string.Join(", ", Complaint?.PrintedCodes ?? []),
            Refund is null ? "" : context.Word(Refund.Action),
            Refund?.Amount is { } amount ? context.Words.Money(amount) : "",
        ];
        return string.Join(" · ", words.Where(w => w.Length > 0).Prepend(context.Word(matter.Kind)));
    }
}

using System.Globalization;
using Mobility.Faults.V1;
using Mobility.Refunds.V1;
using Mobility.Web.SignIn;
using Money = Mobility.Type.V1.Money;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Web.AgentDesk;

/// <summary>What an agent has in mind: which payment, what to do, why, how much.</summary>
public sealed record RefundChoice(string Payment, RefundAction Action, string Reason, long Amount)
{
    /// <summary>Codes of the reason catalogue, the most frequent first.</summary>
    public static readonly IReadOnlyList<string> Reasons =
    [
        "RIDE_CUT_SHORT",
        "UNLOCK_FAILED",
        "VEHICLE_UNSAFE",
        "OVERCHARGED",
        "DOUBLE_CHARGED",
        "WITHDRAWAL",
        "GOODWILL",
    ];

    /// <summary>What makes good a payment.</summary>
    public static readonly IReadOnlyList<RefundAction> Actions =
    [
        RefundAction.CardRefund,
        RefundAction.Coupon,
        RefundAction.RidePass,
        RefundAction.FeeWaiver,
    ];

    /// <summary>The refund that came back and that this one is in place of; empty for most.</summary>
    public string Replaces { get; init; } = "";

    /// <summary>Nothing chosen and nothing to choose from.</summary>
    public static readonly RefundChoice None = new("", RefundAction.CardRefund, Reasons[0], 0);

    /// <summary>Reads what was chosen; what was not is what an agent would choose most often.</summary>
    public static RefundChoice Read(Func<string, string?> value, CaseFile file)
    {
        var payment =
            file.Payments.FirstOrDefault(p => p.Payment.Name == value("payment"))
            ?? file.Payments.FirstOrDefault(p => p.Payment.Ride == value("ride"))
            ?? file.Payments.FirstOrDefault(p => p.Payment.RefundableAmount?.Units > 0)
            ?? file.Payments.FirstOrDefault();
        if (payment is null)
        {
            return None;
        }
        var reason = value("reason");
        return new RefundChoice(
            payment.Payment.Name,
            ActionOf(value("action")),
            reason is not null && Reasons.Contains(reason) ? reason : ReasonFor(file),
            AmountOf(value("amount")) ?? payment.Payment.RefundableAmount?.Units ?? 0
        )
        {
            Replaces =
                payment
                    .Refunds.FirstOrDefault(r => r.Name == value("replaces") && r.State == RefundState.Returned)
                    ?.Name
                ?? "",
        };
    }

    /// <summary>The refund that this choice asks for.</summary>
    public Refund ToRefund(CaseFile file, string note)
    {
        var payment = file.Payments.First(p => p.Payment.Name == Payment).Payment;
        return new Refund
        {
            Payment = Payment,
            Action = Action,
            Reason = Reason,
            Amount = new Money { CurrencyCode = payment.Amount.CurrencyCode, Units = Amount },
            Fault =
                (file.Faults.FirstOrDefault(f => f.Ride == payment.Ride) ?? file.Faults.FirstOrDefault())?.Name ?? "",
            Complaint = file.Complaints.FirstOrDefault()?.Name ?? "",
            Case = file.Case.Name,
            Note = note,
            Replaces = Replaces,
        };
    }

    /// <summary>What the service would decide now; null when there is nothing to ask, it may not be asked, or the
    /// service is away.</summary>
    public async Task<RefundAdvice?> Weigh(Backends backends, Session session, CaseFile file, CancellationToken token)
    {
        if (Payment.Length == 0 || Amount <= 0)
        {
            return null;
        }
        var ask = new Gathering(session, token);
        var request = new QuoteRefundRequest { Parent = session.Parent, Refund = ToRefund(file, note: "") };
        if (await ask.Ask("refunds", o => backends.Refunds.QuoteRefundAsync(request, o)) is not { } quote)
        {
            return null;
        }
        var delegation =
            quote.Decision.Delegation.Length == 0
                ? null
                : await ask.Ask(
                    "refunds",
                    o => backends.Refunds.GetDelegationAsync(new() { Name = quote.Decision.Delegation }, o)
                );
        return RefundAdvice.Of(quote, delegation);
    }

    /// <summary>A whole number of won: "5000", "5,000" or "5 000 won".</summary>
    public static long? AmountOf(string? text)
    {
        var digits = string.Concat((text ?? "").Where(char.IsAsciiDigit));
        return digits.Length is > 0 and < 12 ? long.Parse(digits, CultureInfo.InvariantCulture) : null;
    }

    private static RefundAction ActionOf(string? text) =>
        Enum.TryParse<RefundAction>(text, out var action) && Actions.Contains(action) ? action : Actions[0];

    private static string ReasonFor(CaseFile file) =>
        file.Faults.Any(f => f.Category == "UNLOCK_FAILED") ? "UNLOCK_FAILED"
        : file.Faults.Any(f => f.SafetyCritical && f.State == FaultState.Confirmed) ? "VEHICLE_UNSAFE"
        : file.Faults.Count > 0 ? "RIDE_CUT_SHORT"
        : "GOODWILL";
}

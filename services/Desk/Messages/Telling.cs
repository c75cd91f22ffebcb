using System.Globalization;
using System.Text.Json;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>Something that a person is told: once for each recipient, subject and kind.</summary>
/// <param name="Recipient">A rider, or a complaint for its reporter.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Template">Key of the words.</param>
/// <param name="Number">1 for the first of the template about the subject, 2 for the second.</param>
/// <param name="Values">Values of the template as JSON: codes, times, amounts and counts.</param>
/// <param name="Language">"ko" or "en".</param>
public sealed record Told(string Recipient, string Subject, string Template, int Number, string Values, string Language)
{
    /// <summary>Riders' accounts say nothing of a language; both clients are Korean. Who reported a fault on a page in
    /// another one is told in that: see <see cref="MessageTable.Delivered"/>.</summary>
    public const string RidersLanguage = "ko";

    public string Kind => Templates.Kind(Template, Number);

    public static string Json(SortedDictionary<string, string> values) => JsonSerializer.Serialize(values);
}

/// <summary>Who is told what of which event: pure functions, all of them here.</summary>
public static class Telling
{
    /// <summary>The reporter hears that it came, was found right or wrong, that the crew is on its way, what came of it
    /// and that it was reopened; of each again after a reopening.</summary>
    public static Told Of(string template, ComplaintSnapshot complaint) =>
        new(
            complaint.Complaint,
            complaint.Complaint,
            template,
            NumberOf(template, complaint.AnswerCount),
            Told.Json(Values(Templates.Of(template), complaint)),
            Templates.LanguageOf(complaint.Language)
        );

    /// <summary>A rider hears that the own report came and what was repaired; crew and callers without account have no
    /// inbox.</summary>
    public static IEnumerable<Told> Of(string template, FaultSnapshot fault) =>
        fault.Reporter.Length == 0
            ? []
            : [ToRider(fault.Reporter, fault.Fault, template, Told.Json(new() { ["category"] = fault.Category }))];

    /// <summary>Who paid hears that the money is back, or that a second person said no.</summary>
    public static IEnumerable<Told> Of(string template, RefundSnapshot refund) =>
        refund.Customer.Length == 0
            ? []
            : [ToRider(refund.Customer, refund.Refund, template, Told.Json(Values(refund)))];

    /// <summary>
    /// Who paid hears that no money comes if somebody asked: a person for them, or they themself by reporting the
    /// fault. What the machine tried of its own accord is nobody's answer. Each of these states is the last, so the
    /// order of the events makes no difference.
    /// </summary>
    public static IEnumerable<Told> OfEnd(RefundCopy refund, FaultCopy? fault)
    {
        var asked = !refund.BySystem || (fault is not null && fault.ReporterId == refund.RiderId);
        if (refund.RiderId is { } rider && asked && EndOf(refund.State) is { } template)
        {
            yield return ToRider(
                Names.Of(refund.ClientId, Names.Riders, rider),
                Names.Of(refund.ClientId, Names.Refunds, refund.Id),
                template,
                refund.ToldValues
            );
        }
    }

    public static SortedDictionary<string, string> Values(RefundSnapshot refund)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["action"] = refund.Action.ToString(),
            ["reason"] = refund.Reason,
        };
        if (refund.Amount is { } amount)
        {
            // Whole minor units, or the snapshot could not have come about: at most two digits.
            var exact = amount.Units + amount.Nanos / 1_000_000_000m;
            values["amount"] = exact.ToString("0.##", CultureInfo.InvariantCulture);
            values["currency"] = amount.CurrencyCode;
        }

        return values;
    }

    private static SortedDictionary<string, string> Values(Template template, ComplaintSnapshot complaint)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["category"] = complaint.Category,
            ["vehicle_count"] = complaint.Vehicles.Count.ToString(CultureInfo.InvariantCulture),
        };
        if (complaint.DueTime is { } due)
        {
            values["due_time"] = due.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", Culture);
        }

        if (complaint.DecisionReason.Length > 0)
        {
            values["decision_reason"] = complaint.DecisionReason;
        }

        foreach (var unasked in values.Keys.Except(template.Values, StringComparer.Ordinal).ToList())
        {
            values.Remove(unasked);
        }

        return values;
    }

    private static string? EndOf(RefundState state) =>
        state switch
        {
            RefundState.Denied => Templates.RefundDenied,
            RefundState.Expired => Templates.RefundExpired,
            RefundState.Withdrawn => Templates.RefundWithdrawn,
            RefundState.Failed => Templates.RefundFailed,
            RefundState.Returned => Templates.RefundReturned,
            _ => null,
        };

    /// <summary>What answers is counted by the answers with it; what leads to an answer is one ahead of them.</summary>
    private static int NumberOf(string template, int answerCount) =>
        template switch
        {
            Templates.ComplaintUpheld or Templates.ComplaintDispatched => answerCount + 1,
            Templates.ComplaintReceived => 1,
            _ => answerCount,
        };

    private static Told ToRider(string rider, string subject, string template, string values) =>
        new(rider, subject, template, Number: 1, values, Told.RidersLanguage);

    private static CultureInfo Culture => CultureInfo.InvariantCulture;
}

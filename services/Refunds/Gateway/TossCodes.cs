using System.Collections.Frozen;

namespace Mobility.Refunds;

/// <summary>What an error code of the cancel API says about the money.</summary>
public enum CodeMeaning
{
    /// <summary>It may have happened, or happen yet: only the gateway's own list tells.</summary>
    Unknown = 0,

    /// <summary>Refused, and asking again cannot change it.</summary>
    RefusedForGood = 1,

    /// <summary>Refused at the door, for a cause that passes or that an operator repairs.</summary>
    NotDone = 2,
}

/// <summary>
/// Every code that Toss documents for cancelling a payment, and those of its keys and idempotency. The HTTP status says
/// nothing: PROVIDER_ERROR comes as 400 and passes, FAILED_PARTIAL_REFUND comes as 500 and may stay. A code that is not
/// here is unknown, so a code that Toss adds tomorrow costs a question and no money.
/// </summary>
public static class TossCodes
{
    public const string UnknownPayment = "NOT_FOUND_PAYMENT";
    public const string BalanceDiffers = "NOT_MATCHES_REFUNDABLE_AMOUNT";
    public const string BankClosed = "NOT_AVAILABLE_BANK";
    public const string NothingLeft = "ALREADY_CANCELED_PAYMENT";

    private static readonly FrozenDictionary<string, CodeMeaning> Meanings = new Dictionary<string, CodeMeaning>(
        StringComparer.Ordinal
    )
    {
        // Some of these also follow a cancel of ours whose reply was lost, so the list is looked at before they count.
        [NothingLeft] = CodeMeaning.RefusedForGood,
        ["ALREADY_REFUND_PAYMENT"] = CodeMeaning.RefusedForGood,
        ["EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT"] = CodeMeaning.RefusedForGood,
        ["EXCEED_CANCEL_LIMIT"] = CodeMeaning.RefusedForGood,
        ["EXCEED_MAX_REFUND_DUE"] = CodeMeaning.RefusedForGood,
        ["FORBIDDEN_BANK_REFUND_REQUEST"] = CodeMeaning.RefusedForGood,
        ["FORBIDDEN_REQUEST"] = CodeMeaning.RefusedForGood,
        ["INVALID_BANK"] = CodeMeaning.RefusedForGood,
        ["INVALID_REFUND_ACCOUNT_INFO"] = CodeMeaning.RefusedForGood,
        ["INVALID_REFUND_ACCOUNT_NUMBER"] = CodeMeaning.RefusedForGood,
        ["INVALID_REQUEST"] = CodeMeaning.RefusedForGood,
        ["NOT_ALLOWED_PARTIAL_REFUND"] = CodeMeaning.RefusedForGood,
        ["NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT"] = CodeMeaning.RefusedForGood,
        ["NOT_CANCELABLE_AMOUNT"] = CodeMeaning.RefusedForGood,
        ["NOT_CANCELABLE_PAYMENT"] = CodeMeaning.RefusedForGood,
        ["NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER"] = CodeMeaning.RefusedForGood,
        [UnknownPayment] = CodeMeaning.RefusedForGood,
        [BalanceDiffers] = CodeMeaning.RefusedForGood,
        ["REFUND_REJECTED"] = CodeMeaning.RefusedForGood,

        ["FORBIDDEN_CONSECUTIVE_REQUEST"] = CodeMeaning.NotDone,
        ["INCORRECT_BASIC_AUTH_FORMAT"] = CodeMeaning.NotDone,
        ["INVALID_API_KEY"] = CodeMeaning.NotDone,
        [BankClosed] = CodeMeaning.NotDone,
        ["UNAUTHORIZED_KEY"] = CodeMeaning.NotDone,

        ["COMMON_ERROR"] = CodeMeaning.Unknown,
        ["FAILED_INTERNAL_SYSTEM_PROCESSING"] = CodeMeaning.Unknown,
        ["FAILED_METHOD_HANDLING_CANCEL"] = CodeMeaning.Unknown,
        ["FAILED_PARTIAL_REFUND"] = CodeMeaning.Unknown,
        ["FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING"] = CodeMeaning.Unknown,
        ["FAILED_REFUND_PROCESS"] = CodeMeaning.Unknown,
        ["PROVIDER_ERROR"] = CodeMeaning.Unknown,
        // An earlier attempt of this very refund is running.
        ["IDEMPOTENT_REQUEST_PROCESSING"] = CodeMeaning.Unknown,
        // The key was used for other bytes, which cannot be: a person has to see what they were.
        ["INVALID_IDEMPOTENCY_KEY"] = CodeMeaning.Unknown,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All codes that are known by name.</summary>
    public static IReadOnlyCollection<string> Known => Meanings.Keys;

    public static CodeMeaning Of(string code) => Meanings.GetValueOrDefault(code, CodeMeaning.Unknown);
}

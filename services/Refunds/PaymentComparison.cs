using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A refund of ours through the gateway, as far as a comparison needs it; RefundableAfter is the balance that
/// its order leads to, null while none was sent.</summary>
public sealed record OwnCancel(
    Guid RefundId,
    RefundState State,
    long Amount,
    string TransactionKey,
    DateTimeOffset? SettleTime,
    long? RefundableAfter = null
);

/// <summary>A cancel past us that our books have already.</summary>
public sealed record AdoptedCancel(string TransactionKey, long Amount, bool Returned);

/// <summary>What our books say of a payment.</summary>
public sealed record PaymentBooks(
    long Amount,
    long AtGateway,
    IReadOnlyList<OwnCancel> Own,
    IReadOnlyList<AdoptedCancel> Adopted
);

/// <summary>
/// What the gateway's own record of a payment says against our books. A pure function: each cancel there is exactly one
/// refund of ours or one that somebody made past us, and what is neither is named.
/// </summary>
/// <param name="Adopt">Cancels past us that our books lack.</param>
/// <param name="TakenBack">Transaction keys of such ones that came to nothing later.</param>
/// <param name="Returned">Settled refunds of ours whose cancel came to nothing later.</param>
/// <param name="Findings">What nothing explains, as codes.</param>
public sealed record PaymentComparison(
    IReadOnlyList<CancelAtGateway> Adopt,
    IReadOnlyList<string> TakenBack,
    IReadOnlyList<Guid> Returned,
    IReadOnlyList<string> Findings
)
{
    /// <summary>The gateway captured another amount than was recorded.</summary>
    public const string TotalDiffers = "TOTAL_DIFFERS";

    /// <summary>A cancel that proved a refund is there with another amount now.</summary>
    public const string AmountDiffers = "AMOUNT_DIFFERS";

    /// <summary>A refund that settled long ago has no cancel there.</summary>
    public const string NotAtGateway = "NOT_AT_GATEWAY";

    /// <summary>A cancel names a refund of ours that is not there, was let go, or was settled by another one.</summary>
    public const string NotOursAnyMore = "NOT_OURS_ANY_MORE";

    /// <summary>The balance there is another than all cancels together explain.</summary>
    public const string BalanceUnexplained = "BALANCE_UNEXPLAINED";

    /// <summary>A cancel names a refund that waits for a person and does not prove it: by its amount, because there are
    /// several, or because the balances before and after do not fit. The person has to say what it is.</summary>
    public const string NotProven = "NOT_PROVEN";

    /// <summary>How late a cancel may show in a list; before that its absence says nothing.</summary>
    public static readonly TimeSpan ListDelay = TimeSpan.FromMinutes(10);

    public static PaymentComparison Of(PaymentAtGateway there, PaymentBooks ours, DateTimeOffset now)
    {
        var findings = new SortedSet<string>(StringComparer.Ordinal);
        var adopt = new List<CancelAtGateway>();
        var back = new List<string>();
        var returned = new List<OwnCancel>();
        var own = ours
            .Own.Where(refund => refund.TransactionKey.Length > 0)
            .ToDictionary(refund => refund.TransactionKey, StringComparer.Ordinal);
        var adopted = ours.Adopted.ToDictionary(one => one.TransactionKey, StringComparer.Ordinal);
        foreach (var cancel in there.Cancels.Where(cancel => cancel.IsFinal))
        {
            if (own.GetValueOrDefault(cancel.TransactionKey) is { } refund)
            {
                if (cancel.Amount != refund.Amount)
                {
                    findings.Add(AmountDiffers);
                }
                if (!cancel.Stands && refund.State == RefundState.Settled)
                {
                    returned.Add(refund);
                }
            }
            else if (adopted.GetValueOrDefault(cancel.TransactionKey) is { } known)
            {
                if (!cancel.Stands && !known.Returned)
                {
                    back.Add(cancel.TransactionKey);
                }
            }
            else if (cancel.Stands && !IsAwaited(cancel, ours.Own))
            {
                adopt.Add(cancel);
            }
        }
        findings.UnionWith(Named(there, ours, adopt));
        var listed = there.Cancels.Select(cancel => cancel.TransactionKey).ToHashSet(StringComparer.Ordinal);
        if (own.Values.Any(refund => refund.SettleTime < now - ListDelay && !listed.Contains(refund.TransactionKey)))
        {
            findings.Add(NotAtGateway);
        }
        if (there.Total != ours.Amount)
        {
            findings.Add(TotalDiffers);
        }
        var balance =
            ours.AtGateway
            - adopt.Sum(cancel => cancel.Amount)
            + returned.Sum(refund => refund.Amount)
            + back.Sum(key => adopted[key].Amount);
        // A list that lacks what our books have is older than they are, and so is its balance.
        if (own.Keys.Concat(adopted.Keys).All(listed.Contains) && !IsOpen(there, ours) && there.Balance != balance)
        {
            findings.Add(BalanceUnexplained);
        }
        return new(adopt, back, [.. returned.Select(refund => refund.RefundId)], [.. findings]);
    }

    /// <summary>Does the list lack what settled so lately that its absence says nothing? Then it has to be read
    /// again.</summary>
    public static bool IsEarly(PaymentAtGateway there, PaymentBooks ours, DateTimeOffset now) =>
        ours.Own.Any(refund =>
            refund.SettleTime >= now - ListDelay
            && there.Cancels.All(cancel => cancel.TransactionKey != refund.TransactionKey)
        );

    /// <summary>Cancels that name a refund of ours and are not its.</summary>
    private static IEnumerable<string> Named(
        PaymentAtGateway there,
        PaymentBooks ours,
        IEnumerable<CancelAtGateway> adopt
    )
    {
        if (adopt.Any(cancel => cancel.NamesARefund))
        {
            yield return NotOursAnyMore;
        }
        if (Reviewed(there, ours).Any(refund => !there.Proves(refund)))
        {
            yield return NotProven;
        }
    }

    /// <summary>Is there a cancel that was done for a refund of ours which waits for a person?</summary>
    public static bool ShowsReviewed(PaymentAtGateway there, PaymentBooks ours) => Reviewed(there, ours).Any();

    private static IEnumerable<OwnCancel> Reviewed(PaymentAtGateway there, PaymentBooks ours) =>
        ours.Own.Where(refund =>
            refund.State == RefundState.UnderReview
            && there.Cancels.Any(cancel => cancel.Stands && cancel.Names(refund.RefundId))
        );

    /// <summary>While one of ours is at the gateway, or an entry is not final, the balance may be either.</summary>
    private static bool IsOpen(PaymentAtGateway there, PaymentBooks ours) =>
        ours.Own.Any(refund => RefundFlow.InFlight(refund.State)) || there.Cancels.Any(cancel => !cancel.IsFinal);

    /// <summary>Does it belong to a refund that is under way? Then proof of it comes by the refund.</summary>
    private static bool IsAwaited(CancelAtGateway cancel, IReadOnlyList<OwnCancel> own) =>
        own.Any(refund => RefundFlow.Holds(refund.State) && cancel.Names(refund.RefundId));
}

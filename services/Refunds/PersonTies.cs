namespace Mobility.Refunds;

/// <summary>By what a member is recognised as the one who would get a refund. Only compared: a decision is stored with
/// the outcome of the comparison.</summary>
public sealed record PersonTies(string PhoneHash, IReadOnlyList<Guid> RiderAccounts)
{
    public static readonly PersonTies None = new("", []);

    /// <summary>Was it paid with the member's own phone number? What is not known is not the same.</summary>
    public bool Paid(PaymentRow? payment) =>
        PhoneHash.Length > 0 && string.Equals(PhoneHash, payment?.PayerHash, StringComparison.Ordinal);

    /// <summary>Is the customer one of the member's own accounts?</summary>
    public bool Owns(Guid? customerId) => customerId is { } id && RiderAccounts.Contains(id);
}

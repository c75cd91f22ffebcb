using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mobility.Refunds;

/// <summary>
/// The exact request that an approver signs, as it was when it was asked for. Its canonical form is JSON with the
/// fields in this order; whoever has the same facts gets the same hash. What is not there is empty.
/// </summary>
public sealed record SignedRequest(
    string Requester,
    string Payment,
    string Ride,
    string Vehicle,
    string Action,
    string Reason,
    long Amount,
    string Currency,
    ImmutableArray<string> Evidence,
    string Policy
)
{
    private static readonly JsonSerializerOptions Canonical = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
    };

    public static SignedRequest Of(RefundRow row, Weighed weighed) =>
        Of(row, EvidenceOf(weighed.Facts), weighed.Delegation?.PolicyHash ?? "");

    public string ToJson() => JsonSerializer.Serialize(this, Canonical);

    /// <summary>SHA-256 of a canonical form, lower-case hexadecimal.</summary>
    public static string Hash(string canonical) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));

    /// <summary>Does the refund still ask for what its hash says? False when a column was changed past this
    /// service.</summary>
    public static bool Matches(RefundRow row)
    {
        try
        {
            return Hash(row.SignedRequest) == row.RequestHash
                && JsonSerializer.Deserialize<SignedRequest>(row.SignedRequest, Canonical) is { } signed
                && Of(row, signed.Evidence, signed.Policy).ToJson() == row.SignedRequest;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static SignedRequest Of(RefundRow row, ImmutableArray<string> evidence, string policy) =>
        new(
            row.RequestedBy,
            row.Refund.PaymentId?.ToString() ?? "",
            row.RideId?.ToString() ?? "",
            row.VehicleId?.ToString() ?? "",
            Text.Name(row.Action),
            row.Reason,
            row.Refund.Amount,
            row.Currency,
            evidence,
            policy
        );

    private static ImmutableArray<string> EvidenceOf(RefundFacts facts)
    {
        var all = new List<string>();
        if (facts.Ride is { } ride)
        {
            all.Add($"RIDE_RECORD {Bit(ride.Unlocked)} {Bit(ride.Closed)} {ride.DistanceMeters}");
        }
        if (facts.Fault.Reported)
        {
            all.Add($"FAULT_REPORT {Bit(facts.Fault.Confirmed)}");
        }
        return [.. all];
    }

    private static string Bit(bool value) => value ? "1" : "0";
}

using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mobility.Refunds;

/// <summary>
/// The exact request that an approver signs: what was asked for, on what evidence and under what policy. Its canonical
/// form is JSON with the fields in this order; whoever has the same facts gets the same hash. What is not there is
/// empty. The refund keeps the one of when it was asked for.
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
    string Replaces,
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
        Of(row, [], "").On(weighed.Facts, weighed.Delegation?.PolicyHash ?? "");

    public static SignedRequest Read(string canonical) =>
        JsonSerializer.Deserialize<SignedRequest>(canonical, Canonical)
        ?? throw new JsonException("a signed request is null");

    /// <summary>The same request on the evidence of these facts, under that policy.</summary>
    public SignedRequest On(RefundFacts facts, string policyHash) =>
        On(facts.Ride, facts.Vehicle, facts.Fault, policyHash);

    /// <summary>The same of facts that are read for it alone.</summary>
    public SignedRequest On(RideRecord? ride, VehicleFacts? vehicle, FaultFacts fault, string policyHash) =>
        this with
        {
            Evidence = [.. EvidenceOf(ride, vehicle, fault)],
            Policy = policyHash,
        };

    /// <summary>What became another: "evidence", "policy". The rest of a request never changes.</summary>
    public IEnumerable<string> ChangedIn(SignedRequest now)
    {
        if (!Evidence.SequenceEqual(now.Evidence, StringComparer.Ordinal))
        {
            yield return "evidence";
        }
        if (!string.Equals(Policy, now.Policy, StringComparison.Ordinal))
        {
            yield return "policy";
        }
    }

    public string Hash() => Hash(ToJson());

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
                && Read(row.SignedRequest) is var signed
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
            row.Replaces?.ToString() ?? "",
            evidence,
            policy
        );

    private static IEnumerable<string> EvidenceOf(RideRecord? ride, VehicleFacts? vehicle, FaultFacts fault)
    {
        if (ride is not null)
        {
            yield return $"RIDE_RECORD {Bit(ride.Unlocked)} {Bit(ride.Closed)} {ride.DistanceMeters} {ride.Product} "
                + $"{ride.StartTime.UtcDateTime:O} {ride.Vehicle}";
        }
        if (vehicle is not null)
        {
            yield return $"VEHICLE_RECORD {vehicle.Product}";
        }
        if (fault.Reported)
        {
            yield return $"FAULT_REPORT {Bit(fault.Confirmed)}";
        }
    }

    private static string Bit(bool value) => value ? "1" : "0";
}

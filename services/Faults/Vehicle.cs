using System.Text;
using Mobility.Faults.V1;

namespace Mobility.Faults;

/// <summary>A scooter or e-bike and whether it may be ridden.</summary>
public sealed record Vehicle
{
    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }
    public string PrintedCode { get; init; } = "";
    public string Product { get; init; } = "";
    public string ExternalId { get; init; } = "";
    public VehicleState State { get; init; } = VehicleState.Available;
    public DateTimeOffset? GroundTime { get; init; }
    public DateTimeOffset CreateTime { get; init; }
    public DateTimeOffset UpdateTime { get; init; }
    public long Revision { get; init; } = 1;

    public string Name => Names.Vehicle(ClientId, Id);

    /// <summary>Off the street; the same vehicle when it is off already.</summary>
    public Vehicle Ground(DateTimeOffset now) =>
        State == VehicleState.Grounded
            ? this
            : this with
            {
                State = VehicleState.Grounded,
                GroundTime = now,
                UpdateTime = now,
                Revision = Revision + 1,
            };

    /// <summary>Back on the street; the same vehicle when it is there already.</summary>
    public Vehicle Free(DateTimeOffset now) =>
        State == VehicleState.Available
            ? this
            : this with
            {
                State = VehicleState.Available,
                GroundTime = null,
                UpdateTime = now,
                Revision = Revision + 1,
            };

    /// <summary>
    /// The form in which codes are kept and compared. A Korean keyboard may give full-width letters and people type
    /// lower case and stray spaces: none of that makes another code.
    /// </summary>
    public static string CanonicalCode(string code) =>
        // U+FFFE is the one character that gRPC lets through and Normalize throws at.
        code.Replace('\uFFFE', '\uFFFD').Normalize(NormalizationForm.FormKC).Trim().ToUpperInvariant();

    /// <summary>Is it a code that a vehicle may have: 2 to 32 of A-Z, 0-9 and hyphen?</summary>
    public static bool IsCode(string canonicalCode) =>
        canonicalCode.Length is >= 2 and <= 32
        && canonicalCode.All(c => c is '-' || char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c));
}

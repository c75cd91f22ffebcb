using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Everything a decision depends on besides the policy and the reason catalogue, as plain data: it is stored with the
/// refund, so a decision can be made again later and must come out the same. Amounts are minor units of Currency.
/// </summary>
public sealed record RefundFacts
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter() },
    };

    public required DateTimeOffset Now { get; init; }

    /// <summary>IANA name of the client's zone: rules that say day, week,
    /// month or hour of the day mean this one.</summary>
    public required string Zone { get; init; }
    public required string Currency { get; init; }
    public required RequestFacts Request { get; init; }
    public required RequesterFacts Requester { get; init; }

    /// <summary>Null when no delegation reaches the requester.</summary>
    public DelegationFacts? Delegation { get; init; }

    /// <summary>Null for an action that has no amount; without what this refund itself holds.</summary>
    public PaymentFacts? Payment { get; init; }

    /// <summary>Null until the operator's record has arrived.</summary>
    public RideRecord? Ride { get; init; }

    /// <summary>The vehicle to lock; null for other actions and until its record has arrived.</summary>
    public VehicleFacts? Vehicle { get; init; }

    /// <summary>The case that it was asked for in; null when none was named.</summary>
    public string? Case { get; init; }

    /// <summary>What Desk says of that case; null until it was heard of and when none was named.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CaseFacts? CaseRecord { get; init; }
    public required FaultFacts Fault { get; init; }

    /// <summary>
    /// What is settled and held by budget id, within the budget's window and under this request's key. A budget that
    /// applies and is missing here denies.
    /// </summary>
    public IReadOnlyDictionary<string, BudgetUse> Uses { get; init; } = new Dictionary<string, BudgetUse>();

    /// <summary>Was it asked for before, and waited for evidence? Then the time of the law runs since.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AskedBefore { get; init; }

    /// <summary>Who agreed already, when a refund that waits is decided anew.</summary>
    public ImmutableArray<MemberRole> Agreed { get; init; } = [];

    /// <summary>Where this refund is held under the delegation already: it has its room there.</summary>
    public ImmutableArray<BudgetSlot> HeldIn { get; init; } = [];

    /// <summary>What this refund and all before it come to on the payment.</summary>
    [JsonIgnore]
    public long OnPayment => (Payment?.Settled ?? 0) + (Payment?.Held ?? 0) + Request.Amount;

    /// <summary>The same for the customer, in the policy's window; null where it is not known, which denies.</summary>
    [JsonIgnore]
    public long? OfCustomer => WithOthers(Splitting.Customer);

    /// <summary>The same in the case; null where none of this is named.</summary>
    [JsonIgnore]
    public long? InCase => WithOthers(Splitting.Case);

    /// <summary>The largest of the three. Caps compare this, so splitting is no help.</summary>
    [JsonIgnore]
    public long Cumulative => Math.Max(OnPayment, Math.Max(OfCustomer ?? 0, InCase ?? 0));

    /// <summary>What is ridden or locked; null when no record of it has arrived.</summary>
    [JsonIgnore]
    public string? Product => Ride?.Product ?? Vehicle?.Product;

    /// <summary>The same beside so many of its payment that wait for evidence.</summary>
    public RefundFacts Beside(long waiting) =>
        Payment is null ? this : this with { Payment = Payment with { Waiting = waiting } };

    // What is held there already is counted.
    private long? WithOthers(string budget) =>
        Uses.GetValueOrDefault(budget) is { } use
            ? use.Amount + (HeldIn.Any(slot => slot.Budget == budget) ? 0 : Request.Amount)
            : null;

    /// <summary>The one text of these facts, with budgets in the order of their ids: the leaf of the decision holds its
    /// hash.</summary>
    public string ToJson() =>
        JsonSerializer.Serialize(
            this with
            {
                Uses = new SortedDictionary<string, BudgetUse>(Uses.ToDictionary(), StringComparer.Ordinal),
            },
            Json
        );

    public static RefundFacts FromJson(string json) =>
        JsonSerializer.Deserialize<RefundFacts>(json, Json) ?? throw new JsonException("the facts are null");
}

/// <summary>What is asked for. Amount in minor units, 0 for an action that has none.</summary>
public sealed record RequestFacts(RefundAction Action, string Reason, long Amount);

/// <summary>
/// Who asks: Person is people/{uuid} or "system"; Standing is null when the client has no such member. IsPayer: the
/// payment was made with the person's own phone number; OwnsCustomer: the customer is an account of the person's. The
/// two are written only when they are so, as facts that were stored before there was such a thing.
/// </summary>
public sealed record RequesterFacts(
    Actor Actor,
    string Person,
    int Level,
    MemberState? Standing,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsPayer = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool OwnsCustomer = false
)
{
    /// <summary>What IsPayer and OwnsCustomer are found out by; no part of what is decided on.</summary>
    [JsonIgnore]
    public PersonTies Ties { get; init; } = PersonTies.None;

    /// <summary>Would the person get what is asked for?</summary>
    [JsonIgnore]
    public bool IsBeneficiary => IsPayer || OwnsCustomer;

    /// <summary>The person of the service itself.</summary>
    public const string System = "system";

    /// <summary>Some person who is not named: asked when a decision says who else could allow it.</summary>
    public const string Anybody = "anybody";

    /// <summary>The service itself, on the operator's record.</summary>
    public static readonly RequesterFacts TheService = new(Actor.System, System, 0, null);
}

/// <summary>The delegation as read, its times half-open.</summary>
public sealed record DelegationFacts(
    string Id,
    DelegationState State,
    long Epoch,
    DateTimeOffset StartTime,
    DateTimeOffset ExpireTime
);

/// <summary>
/// The payment as read: Held is what other admitted refunds still wait for, by whatever action; Waiting, when it is
/// asked for first, how many others wait for evidence, written only when some do, as facts that were stored before.
/// </summary>
public sealed record PaymentFacts(
    string Id,
    string Customer,
    Instrument Instrument,
    DateTimeOffset ApproveTime,
    long Amount,
    long Settled,
    long Held,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Waiting = 0
)
{
    [JsonIgnore]
    public long Refundable => Amount - Settled - Held;
}

/// <summary>The operator's record of the ride. Closed: it has ended, or it never began.</summary>
public sealed record RideRecord(
    string Vehicle,
    string Product,
    DateTimeOffset StartTime,
    long DistanceMeters,
    bool Unlocked,
    bool Closed,
    string Rider = ""
)
{
    /// <summary>Did the lock stay shut, or did the ride end where it began? A ride that still runs may yet
    /// move.</summary>
    [JsonIgnore]
    public bool NeverRan => !Unlocked || (Closed && DistanceMeters == 0);
}

/// <summary>A vehicle as its owner's events tell of it.</summary>
public sealed record VehicleFacts(string Id, string Product);

/// <summary>IsOfThis: the case names the same ride or vehicle. One for anything else would be a budget that whoever
/// asks chooses.</summary>
public sealed record CaseFacts(bool IsOfThis);

/// <summary>What fault reports that name the ride, or the one that the request names, come to. A rejected one is no
/// report.</summary>
public sealed record FaultFacts(bool Reported, bool Confirmed);

/// <summary>Sum in minor units, and number, of refunds settled and held.</summary>
public sealed record BudgetUse(long Amount, long Count);

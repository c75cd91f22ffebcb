using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// What a delegation allows: immutable, named by the hash of its canonical form. Amounts are minor units of the
/// client's currency. Lists are kept sorted, so two policies that mean the same have the same hash.
/// </summary>
public sealed record Policy(string Catalogue, ImmutableArray<Clause> Clauses, ImmutableArray<Budget> Budgets)
{
    /// <summary>Over how many hours what a customer gets and what is asked for in a case is counted together, so that
    /// parts need what their sum needs.</summary>
    public int SplittingWindowHours { get; init; } = Splitting.DefaultHours;

    /// <summary>What is counted of a request: the budgets, and the two that every policy has.</summary>
    [JsonIgnore]
    public IEnumerable<Budget> AllBudgets => Budgets.Concat(Splitting.Budgets(SplittingWindowHours));

    private static readonly JsonSerializerOptions Canonical = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The canonical JSON: fields in a fixed order, lists sorted and without repeats.</summary>
    public string ToJson() => JsonSerializer.Serialize(Sorted(), Canonical);

    public static Policy FromJson(string json) =>
        (JsonSerializer.Deserialize<Policy>(json, Canonical) ?? throw new JsonException("a policy is null")).Sorted();

    /// <summary>SHA-256 of the canonical JSON, lower-case hexadecimal.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())));

    /// <summary>The same policy with every list in canonical order.</summary>
    public Policy Sorted() =>
        this with
        {
            Clauses =
            [
                .. Clauses.Select(clause => clause.Sorted()).OrderBy(clause => clause.Id, StringComparer.Ordinal),
            ],
            Budgets =
            [
                .. Budgets.Select(budget => budget.Sorted()).OrderBy(budget => budget.Id, StringComparer.Ordinal),
            ],
        };
}

/// <summary>One rule: a box that holds when each part that is set holds. An empty list means any.</summary>
public sealed record Clause
{
    public required string Id { get; init; }
    public required ClauseEffect Effect { get; init; }
    public required ImmutableArray<RefundAction> Actions { get; init; }
    public ImmutableArray<string> Products { get; init; } = [];
    public ImmutableArray<string> Reasons { get; init; } = [];
    public ImmutableArray<Instrument> Instruments { get; init; } = [];
    public required ImmutableArray<Actor> Actors { get; init; }
    public int MinLevel { get; init; }
    public long? MinAmount { get; init; }
    public long? MaxAmount { get; init; }
    public int? MaxShareBasisPoints { get; init; }
    public int? MaxRideAgeHours { get; init; }
    public ImmutableArray<TimeWindow> Windows { get; init; } = [];
    public ImmutableArray<Evidence> Evidence { get; init; } = [];
    public Tier Tier { get; init; }

    public Clause Sorted() =>
        this with
        {
            Actions = [.. Actions.Distinct().Order()],
            Products = [.. Products.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Reasons = [.. Reasons.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Instruments = [.. Instruments.Distinct().Order()],
            Actors = [.. Actors.Distinct().Order()],
            Windows =
            [
                .. Windows
                    .Select(window => window.Sorted())
                    .DistinctBy(window => window.Text, StringComparer.Ordinal)
                    .OrderBy(window => window.Text, StringComparer.Ordinal),
            ],
            Evidence = [.. Evidence.Distinct().Order()],
        };
}

/// <summary>A part of the week in the client's zone: days 1 = Monday to 7, minutes of the day, half-open.</summary>
public sealed record TimeWindow(ImmutableArray<int> Days, int StartMinute, int EndMinute)
{
    /// <summary>The window as people write it, for messages and as its sort key: "days 1,2 09:00-18:00".</summary>
    [JsonIgnore]
    public string Text => $"days {string.Join(',', Days)} {Clock(StartMinute)}-{Clock(EndMinute)}";

    public TimeWindow Sorted() => this with { Days = [.. Days.Distinct().Order()] };

    private static string Clock(int minute) => $"{minute / 60:00}:{minute % 60:00}";
}

/// <summary>A limit on what is settled and held together within a window, without an officer's agreement or at all.
/// </summary>
public sealed record Budget
{
    public required string Id { get; init; }
    public required BudgetDimension Dimension { get; init; }
    public required BudgetWindow Window { get; init; }
    public int WindowHours { get; init; }
    public long? LimitAmount { get; init; }
    public int? LimitCount { get; init; }
    public ImmutableArray<Actor> Actors { get; init; } = [];
    public ImmutableArray<string> Reasons { get; init; } = [];

    /// <summary>Is what it has no room for denied, or asked of the client's officer?</summary>
    public BreachAction OnBreach { get; init; } = BreachAction.Deny;

    /// <summary>Is it one of the two that the client's delegations share?</summary>
    [JsonIgnore]
    public bool IsClientWide => Splitting.IsClientWide(Id);

    /// <summary>Does the budget count a refund that this actor asks for with this reason?</summary>
    public bool Counts(Actor actor, RequestFacts request) => CountsActor(actor) && CountsRequest(request);

    /// <summary>Does it count such a request, whoever asks? A ride that is ended belongs to no payment, a vehicle
    /// that is locked to no customer either. What parts come to is a sum of amounts.</summary>
    public bool CountsRequest(RequestFacts request) =>
        (Reasons.IsEmpty || Reasons.Contains(request.Reason, StringComparer.Ordinal))
        && ((Dimension != BudgetDimension.Payment && !IsClientWide) || Refunds.Actions.HasAmount(request.Action))
        && (Dimension != BudgetDimension.Customer || request.Action != RefundAction.LockVehicle);

    private bool CountsActor(Actor actor) => Actors.IsEmpty || Actors.Contains(actor);

    public Budget Sorted() =>
        this with
        {
            Actors = [.. Actors.Distinct().Order()],
            Reasons = [.. Reasons.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
}

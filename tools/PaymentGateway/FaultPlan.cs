using System.Text.Json.Serialization;

namespace Mobility.PaymentGateway;

[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
public enum FaultKind
{
    /// <summary>The request vanishes: nothing is done, the client waits in vain.</summary>
    [JsonStringEnumMemberName("timeout_before")]
    TimeoutBefore,

    /// <summary>The cancel is done and kept; the reply vanishes.</summary>
    [JsonStringEnumMemberName("timeout_after_success")]
    TimeoutAfterSuccess,

    /// <summary>The cancel stays in flight until it is released, so that a second one meets it for certain.</summary>
    [JsonStringEnumMemberName("hold")]
    Hold,

    /// <summary>Nothing is done; the code is answered and not kept, so the same key may try again.</summary>
    [JsonStringEnumMemberName("error")]
    Error,

    /// <summary>Nothing is done; the code is kept under the key and answered to it from then on.</summary>
    [JsonStringEnumMemberName("stored_error")]
    StoredError,

    /// <summary>The cancel is done, and yet the code is kept under the key and answered to it from then on.</summary>
    [JsonStringEnumMemberName("stored_error_after_success")]
    StoredErrorAfterSuccess,

    /// <summary>A cancel within a second of the payment's last one is refused and not kept.</summary>
    [JsonStringEnumMemberName("consecutive")]
    Consecutive,

    /// <summary>A query shows the payment as it was before its last cancel.</summary>
    [JsonStringEnumMemberName("stale_query")]
    StaleQuery,

    /// <summary>A query is answered with the code instead of the payment.</summary>
    [JsonStringEnumMemberName("query_error")]
    QueryError,

    /// <summary>The cancel is taken and stays under way until it is completed or fails.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,
}

/// <summary>
/// So many faults of a kind. With a subject they meet the back office's next acts on it; else cancels: of the payment,
/// or without a payment key of any. Code is what the kinds that answer one answer.
/// </summary>
public sealed record PlannedFault(
    string? PaymentKey,
    FaultKind Kind,
    int Times,
    string? Subject = null,
    string? Code = null
)
{
    /// <summary>What is answered without a code of its own.</summary>
    public string CodeOrUsual =>
        Code
        ?? Kind switch
        {
            FaultKind.Error => "PROVIDER_ERROR",
            FaultKind.QueryError => "COMMON_ERROR",
            _ => "FAILED_INTERNAL_SYSTEM_PROCESSING",
        };
}

/// <summary>The faults that a test asked for. They live in memory: a restart clears them.</summary>
public sealed class FaultPlan
{
    /// <summary>Plans come from tests; a longer list is a loop that went wrong.</summary>
    public const int MaxPlans = 1_000;

    public const int MaxTimes = 1_000;

    private readonly Lock gate = new();
    private readonly List<PlannedFault> plans = [];
    private SeededFaults? seeded;
    private TaskCompletionSource released = NewSignal();
    private int holding;

    public bool Add(PlannedFault plan)
    {
        lock (gate)
        {
            if (plans.Count >= MaxPlans)
            {
                return false;
            }
            plans.Add(plan);
            return true;
        }
    }

    /// <summary>Draws faults from now on; null draws none.</summary>
    public void Seed(SeededFaults? faults)
    {
        lock (gate)
        {
            seeded = faults;
        }
    }

    /// <summary>Spends one planned fault of this kind for this payment, or draws one.</summary>
    public bool Take(FaultKind kind, string paymentKey) => Taken(kind, paymentKey) is not null;

    /// <summary>As Take: the fault, or null when there is none.</summary>
    public PlannedFault? Taken(FaultKind kind, string paymentKey) =>
        Spend(p => p.Kind == kind && p.Subject is null && (p.PaymentKey is null || p.PaymentKey == paymentKey))
        ?? Drawn(kind, paymentKey);

    /// <summary>Spends one planned fault of this kind for an act on this subject, if there is one.</summary>
    public bool TakeAct(FaultKind kind, string subject) =>
        Spend(p => p.Kind == kind && p.Subject == subject) is not null;

    private PlannedFault? Drawn(FaultKind kind, string paymentKey)
    {
        lock (gate)
        {
            return seeded?.Draws(kind, paymentKey) == true ? new PlannedFault(paymentKey, kind, 1) : null;
        }
    }

    private PlannedFault? Spend(Predicate<PlannedFault> matches)
    {
        lock (gate)
        {
            var at = plans.FindIndex(matches);
            if (at < 0)
            {
                return null;
            }
            var plan = plans[at];
            if (plan.Times > 1)
            {
                plans[at] = plan with { Times = plan.Times - 1 };
            }
            else
            {
                plans.RemoveAt(at);
            }
            return plan;
        }
    }

    /// <summary>Waits for Release; false when the process stops first.</summary>
    public async Task<bool> Held(CancellationToken stopping)
    {
        Task signal;
        lock (gate)
        {
            holding++;
            signal = released.Task;
        }
        try
        {
            await signal.WaitAsync(stopping);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            lock (gate)
            {
                holding--;
            }
        }
    }

    public object Release()
    {
        lock (gate)
        {
            released.SetResult();
            released = NewSignal();
            return new { released = holding };
        }
    }

    public object View()
    {
        lock (gate)
        {
            return new { planned = plans.ToArray(), holding };
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

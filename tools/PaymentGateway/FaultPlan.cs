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
}

/// <summary>
/// So many faults of a kind. With a subject they meet the back office's next acts on it; else cancels: of the payment,
/// or without a payment key of any.
/// </summary>
public sealed record PlannedFault(string? PaymentKey, FaultKind Kind, int Times, string? Subject = null);

/// <summary>The faults that a test asked for. They live in memory: a restart clears them.</summary>
public sealed class FaultPlan
{
    /// <summary>Plans come from tests; a longer list is a loop that went wrong.</summary>
    public const int MaxPlans = 1_000;

    public const int MaxTimes = 1_000;

    private readonly Lock gate = new();
    private readonly List<PlannedFault> plans = [];
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

    /// <summary>Spends one planned fault of this kind for this payment, if there is one.</summary>
    public bool Take(FaultKind kind, string paymentKey) =>
        Spend(p => p.Kind == kind && p.Subject is null && (p.PaymentKey is null || p.PaymentKey == paymentKey));

    /// <summary>Spends one planned fault of this kind for an act on this subject, if there is one.</summary>
    public bool TakeAct(FaultKind kind, string subject) => Spend(p => p.Kind == kind && p.Subject == subject);

    private bool Spend(Predicate<PlannedFault> matches)
    {
        lock (gate)
        {
            var at = plans.FindIndex(matches);
            if (at < 0)
            {
                return false;
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
            return true;
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

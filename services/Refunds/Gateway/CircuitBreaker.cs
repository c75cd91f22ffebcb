using System.Diagnostics.Metrics;
using Mobility.Platform;

namespace Mobility.Refunds;

/// <summary>
/// Keeps calls from a gateway that is away: after so many failures in a row nothing is sent for a while, then one call
/// goes first, and what becomes of it counts for all. No connection, no reply in time and 5xx are failures; a refusal
/// is an answer. Each process has its own, and no money depends on it: it only spares calls in vain.
/// </summary>
/// <param name="gateway">Its label in /metrics.</param>
/// <param name="clock">When a while is over.</param>
public sealed class CircuitBreaker(string gateway, TimeProvider clock)
{
    /// <summary>What is said of a question that was not asked.</summary>
    public const string Open = "CIRCUIT_OPEN";

    /// <summary>One call is lost by accident; five in a row, of several refunds, are not.</summary>
    public const int FailuresMax = 5;

    public static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(5);

    /// <summary>A gateway that is back is used within this.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Who went first and tells nothing by then was cut off; a call ends within ten seconds.</summary>
    public static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(15);

    private static readonly UpDownCounter<long> OpenNow = Metrics.NewGauge("mobility_gateway_circuit_open");
    private static readonly Counter<long> Opened = Metrics.NewCounter("mobility_gateway_circuit_opened_total");

    private readonly Lock gate = new();
    private int failures;
    private TimeSpan pause = ShortestPause;
    private DateTimeOffset? openUntil;
    private bool hasFirst;

    /// <summary>May a call be made? Null: yes, and what became of it is to be told. Else when to ask again.</summary>
    public DateTimeOffset? Enter()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (openUntil is null || openUntil > now)
            {
                return openUntil;
            }
            (hasFirst, openUntil) = (true, now + FirstPatience);
            return null;
        }
    }

    /// <summary>The call that might have been made was not: another goes first.</summary>
    public void Leave()
    {
        lock (gate)
        {
            if (hasFirst)
            {
                (hasFirst, openUntil) = (false, clock.GetUtcNow());
            }
        }
    }

    /// <summary>What became of a call.</summary>
    public void Tell(bool answered)
    {
        lock (gate)
        {
            if (answered)
            {
                Close();
            }
            else if (openUntil is null)
            {
                failures++;
                if (failures >= FailuresMax)
                {
                    Pause(ShortestPause);
                    OpenNow.Add(1, Label);
                    Opened.Add(1, Label);
                }
            }
            else if (hasFirst)
            {
                // Those that were under way before it opened say nothing new.
                Pause(TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks)));
            }
        }
    }

    private KeyValuePair<string, object?> Label => new("gateway", gateway);

    private void Pause(TimeSpan time) => (hasFirst, pause, openUntil) = (false, time, clock.GetUtcNow() + time);

    private void Close()
    {
        if (openUntil is not null)
        {
            OpenNow.Add(-1, Label);
        }
        (failures, hasFirst, openUntil) = (0, false, null);
    }
}

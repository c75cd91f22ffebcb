using System.Globalization;
using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Refunds;

/// <summary>
/// Budgets' windows and delegations' times are judged by the clock of the host, so a host whose clock is wrong would
/// open yesterday's budget again. The database, one for all hosts, is the witness.
/// </summary>
public static class HostClock
{
    /// <summary>NTP keeps hosts within milliseconds; two seconds apart, one of the two is not kept.</summary>
    public static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(2);

    /// <summary>Refuses to admit anything while the clocks of host and database are too far apart.</summary>
    /// <exception cref="Refusal">UNAVAILABLE with CLOCK_SKEW and the difference in milliseconds.</exception>
    public static async Task Check(Tx tx)
    {
        // The machine's own clock, not the service's: what is compared is two machines.
        var database = await tx.Scalar<DateTimeOffset>("""SELECT database_time()""");
        Compare(TimeProvider.System.GetUtcNow(), database);
    }

    /// <summary>What the database's clock says, in a round.</summary>
    public static Func<DateTimeOffset> Look(Round round) => round.One<DateTimeOffset>("""SELECT database_time()""");

    /// <summary>The comparison itself; the way of the reply counts as skew and is far below the limit.</summary>
    public static void Compare(DateTimeOffset host, DateTimeOffset database)
    {
        var skew = host - database;
        if (skew.Duration() > SkewMax)
        {
            var milliseconds = ((long)skew.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            throw new Refusal(
                StatusCode.Unavailable,
                Errors.ClockSkew,
                $"The clock of this host is {milliseconds} ms ahead of the database's; nothing is admitted.",
                ("skew_milliseconds", milliseconds)
            )
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }
    }
}

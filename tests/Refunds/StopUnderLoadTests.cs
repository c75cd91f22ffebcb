using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>A stop among admissions that never end by themselves: it waits its turn and no longer, and what the
/// database committed first came first.</summary>
public sealed class StopUnderLoadTests
{
    private const int Callers = 32;
    private const int AdmittedBefore = 3 * Callers;
    private static readonly TimeSpan Patience = Poll.Patience;

    [Fact]
    public async Task A_suspension_comes_through_and_no_admission_commits_after_it()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        var payments = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => house.Pay(10_000)));
        var (admitted, underWay) = (0, new TaskCompletionSource());

        // Each asks again at once, so the row is never free for long.
        var callers = payments
            .Select(async payment =>
            {
                while (true)
                {
                    var refund = await house.Ask(payment, 1);
                    if (refund.State == RefundState.Denied)
                    {
                        return refund;
                    }
                    if (Interlocked.Increment(ref admitted) == AdmittedBefore)
                    {
                        underWay.SetResult();
                    }
                }
            })
            .ToList();
        await underWay.Task.WaitAsync(Patience);
        var stopped = await house.Rpc.SuspendDelegationAsync(Suspending(delegation), house.AsOfficer);
        var refusals = await Task.WhenAll(callers).WaitAsync(Patience);

        Assert.All(
            refusals,
            refund => Assert.Equal("DELEGATION_SUSPENDED", Assert.Single(refund.Decision.FailedConditions).Code)
        );
        Assert.All(refusals, refund => Assert.Equal(stopped.Epoch, refund.Decision.Epoch));
        var (last, stop, first, late) = Assert.Single(await Commits(house));
        Assert.True(last < stop && stop < first, $"last admission {last:O}, stop {stop:O}, first refusal {first:O}");
        Assert.Equal(0, late);
    }

    /// <summary>When the last admission, the stop and the first refusal were committed, and how many admissions after
    /// the stop. The rows read are never written again, so that xmin is their transaction.</summary>
    private static Task<IReadOnlyList<(DateTime Last, DateTime Stop, DateTime First, long Late)>> Commits(
        RefundsHouse house
    ) =>
        house.Rows<(DateTime, DateTime, DateTime, long)>(
            """
            WITH admission AS (
                SELECT pg_xact_commit_timestamp(xmin) AS time FROM ledger_entry WHERE kind = 'HOLD'),
            stop AS (
                SELECT pg_xact_commit_timestamp(xmin) AS time FROM delegation_change WHERE act = 'Suspend'),
            refusal AS (
                SELECT pg_xact_commit_timestamp(xmin) AS time FROM refund WHERE state = 'Denied')
            SELECT (SELECT max(time) FROM admission), (SELECT time FROM stop), (SELECT min(time) FROM refusal),
                (SELECT count(*) FROM admission WHERE time >= (SELECT time FROM stop))
            """
        );
}

using Mobility.Platform.Data;
using Mobility.Tests.Support;
using Npgsql;
using Xunit;
using static Mobility.Tests.Refunds.AdmissionSplitTests;

namespace Mobility.Tests.Refunds;

/// <summary>How PostgreSQL finds what an admission reads and writes
/// (docs/decisions/0016-admission-in-batches.md).</summary>
public sealed class AdmissionPlanTests
{
    /// <summary>The client's library prepares a statement the fifth time it is sent.</summary>
    private const int Times = 8;

    /// <summary>The tables are small, and PostgreSQL knows it: whoever plans for what is in them reads them
    /// through.</summary>
    [Fact]
    public async Task An_admission_keeps_its_plans_and_they_read_no_table_through()
    {
        await using var house = await RefundsHouse.Open();
        var world = await SplitWorld.Make(house, "vendors/plans");
        await using var db = new Db(
            $"{house.Service.Settings.Database};Maximum Pool Size=1",
            "refunds",
            house.Service.Clock
        )
        {
            Clients = house.Service.Db.Clients,
        };
        await VacuumAndAnalyze(house);
        var random = new Random(5);
        for (var n = 0; n < Times; n++)
        {
            Arrival[] arrivals = [Arrival.Any(random), Arrival.Any(random)];
            var readThrough = await db.InTransaction(
                TestIssuer.Client,
                async tx =>
                {
                    await world.Admit(tx, arrivals);
                    await tx.Last.Run();
                    return await tx.List<string>(
                        """SELECT relname::text FROM pg_stat_xact_user_tables WHERE seq_scan > 0"""
                    );
                },
                CancellationToken.None
            );
            Assert.Empty(readThrough);
        }

        var plans = await db.InTransaction(
            TestIssuer.Client,
            tx =>
                tx.List<(string Statement, long Kept, long Anew)>(
                    """
                    SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements WHERE NOT from_sql
                    """
                ),
            CancellationToken.None
        );
        // What says that plans are kept is sent before they are.
        var others = plans.Where(plan => !plan.Statement.Contains("set_config", StringComparison.Ordinal)).ToList();
        Assert.True(others.Count > 10, $"{others.Count} statements were prepared");
        Assert.All(others, plan => Assert.Equal((plan.Statement, 0L), (plan.Statement, plan.Anew)));
        Assert.All(others, plan => Assert.True(plan.Kept > 0, plan.Statement));
    }

    private static async Task VacuumAndAnalyze(RefundsHouse house)
    {
        await using var connection = new NpgsqlConnection(house.Service.Settings.Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("""VACUUM ANALYZE""", connection);
        await command.ExecuteNonQueryAsync();
    }
}

using Mobility.Bench;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>The bench compares a service and pgbench only where both run the same statements.</summary>
public sealed class SqlTextTests
{
    private const string Log = """
        2026-11-22 12:07:55.836 UTC [6251] faults LOG:  statement: BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED
        2026-11-22 12:07:55.836 UTC [6252] faults LOG:  statement: BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED
        2026-11-22 12:07:55.837 UTC [6251] faults LOG:  execute _p1: INSERT INTO once (key, n)
        	VALUES ($1, $2)
        	ON CONFLICT DO NOTHING
        2026-11-22 12:07:55.837 UTC [6251] faults DETAIL:  parameters: $1 = 'a; b', $2 = '1'
        2026-11-22 12:07:55.838 UTC [6252] faults LOG:  execute <unnamed>: SELECT id FROM outbox
        2026-11-22 12:07:55.838 UTC [6252] faults LOG:  statement: COMMIT
        2026-11-22 12:07:55.839 UTC [6251] faults LOG:  statement: COMMIT

        """;

    private const string Script = """
        -- As the service does it; not a statement.
        \set n random(1, 10)
        BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED;
        INSERT INTO once (key, n)
        VALUES (/*$*/'a' || lpad(:n::text, 3, '0')/**/, :n)
            ON CONFLICT DO NOTHING;
        COMMIT;
        """;

    [Fact]
    public void Statements_of_a_connection_are_its_transactions_in_the_order_of_their_ends()
    {
        var found = SqlText.Transactions(Log).ToList();
        Assert.Equal(2, found.Count);
        Assert.Equal("SELECT id FROM outbox", found[0][1]);
        Assert.Equal("INSERT INTO once (key, n) VALUES ($, $) ON CONFLICT DO NOTHING", found[1][1]);
    }

    [Fact]
    public void A_script_and_a_service_that_do_the_same_have_one_hash_and_a_word_more_gives_another()
    {
        var service = SqlText.Transactions(Log).Last();
        Assert.Equal(SqlText.Hash(service), SqlText.Hash(SqlText.OfScript(Script)));
        var longer = Script.Replace("DO NOTHING", "(key) DO NOTHING", StringComparison.Ordinal);
        Assert.NotEqual(SqlText.Hash(service), SqlText.Hash(SqlText.OfScript(longer)));
    }

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.75, 3)]
    [InlineData(0.76, 4)]
    [InlineData(1, 4)]
    public void A_percentile_is_the_nearest_rank(double share, double expected) =>
        Assert.Equal(expected, Percentiles.Of([1, 2, 3, 4], share));
}

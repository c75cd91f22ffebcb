using Mobility.Refunds;
using Npgsql;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What is provable of decisions afterwards.</summary>
public sealed class AuditLeafTests
{
    [Fact]
    public async Task Every_decision_has_its_leaf_in_its_commit_a_denial_and_each_agreement_too()
    {
        await using var house = await OpenWithTiers();
        var denied = await house.Ask(await house.Pay(5_000), 5_001);
        var allowed = await house.Ask(await house.Pay(5_000), 1_000);
        var agreed = await house.AskForOfficer();
        await house.Approve(agreed, house.AsOfficer);

        Assert.Equal(
            [
                (1L, Id(denied), 0, "Denied"),
                (2L, Id(allowed), 0, "Allowed"),
                (3L, Id(agreed), 0, "NeedsApproval"),
                (4L, Id(agreed), 1, "NeedsApproval"),
                (5L, Id(agreed), 2, "Allowed"),
            ],
            await house.Rows<(long, Guid, int, string)>(
                """SELECT number, refund_id, step, leaf::json ->> 'outcome' FROM audit_leaf ORDER BY number"""
            )
        );
        // Rows that nobody touched since carry the transaction that wrote them.
        Assert.Equal(
            [true, true, true],
            await house.Rows<bool>(
                """
                SELECT l.xmin = coalesce(a.xmin, r.xmin) FROM audit_leaf l
                JOIN refund r USING (client_id, refund_id)
                LEFT JOIN approval a USING (client_id, refund_id, step)
                WHERE r.state = 'Denied' OR a.step IS NOT NULL
                """
            )
        );
    }

    [Theory]
    [InlineData("""UPDATE audit_leaf SET leaf = '' WHERE client_id <> '' RETURNING 1""")]
    [InlineData("""DELETE FROM audit_leaf WHERE client_id <> '' RETURNING 1""")]
    public async Task A_leaf_is_never_changed(string sql)
    {
        await using var house = await OpenWithDelegation();
        await house.Ask(await house.Pay(5_000), 5_001);

        var error = await Assert.ThrowsAsync<PostgresException>(() => house.Rows<int>(sql));

        Assert.Contains("append-only", error.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hash_of_the_facts_is_that_of_the_stored_text_and_of_the_facts_that_are_read_from_it()
    {
        await using var house = await Open();
        await house.Grant(asked =>
        {
            // In the order of their ids, which is not that of the policy.
            var (first, second) = (DayBudget(9_000), DayBudget(9_000));
            (first.Id, second.Id) = ("zz", "budgets-a");
            asked.Budgets.Add([first, second]);
        });
        await house.Ask(await house.Pay(5_000), 1_000);

        var (leaf, facts) = Assert.Single(
            await house.Rows<(string, string)>(
                """
                SELECT l.leaf::json ->> 'facts', r.facts
                FROM audit_leaf l JOIN refund r USING (client_id, refund_id)
                """
            )
        );
        Assert.Equal(leaf, SignedRequest.Hash(facts));
        Assert.Equal(facts, RefundFacts.FromJson(facts).ToJson());
    }

    private static Guid Id(Refund refund) => Guid.Parse(refund.Name.Split('/')[^1]);
}

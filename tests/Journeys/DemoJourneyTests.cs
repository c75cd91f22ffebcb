using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Mobility.Launcher;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>The weekend played once, whole, on a system of its own.</summary>
public sealed class WeekendPlayed : JourneyStack
{
    public DemoResult Result { get; private set; } = new(null, "");
    public string Words { get; private set; } = "";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        (Result, Words) = await PlayDemo();
    }

    /// <summary>Judges the weekend by what is there now.</summary>
    public Task<DemoVerdict> Check() =>
        new DemoCheck(Stack.State, Run, Repository.Root, Weekend.Load(Repository.Root), Result.Ids!).Judge(
            TimeSpan.Zero
        );
}

[Collection(JourneyCollection.Name)]
public sealed class DemoJourneyTests(WeekendPlayed weekend) : IClassFixture<WeekendPlayed>
{
    private const StringComparison Is = StringComparison.Ordinal;

    [Fact]
    public void The_weekend_comes_out_as_the_file_says()
    {
        DemoLine.MustBeGood(weekend.Result.LastLine, weekend.Words);
        Assert.Contains("faults=200 complaints=150 refunds_asked=300 ", weekend.Result.LastLine, Is);
        Assert.Contains("three neighbours, the same two vehicles: one job", weekend.Words, Is);
        Assert.Contains("from the call to the settled refund: 6 calls", weekend.Words, Is);
    }

    [Fact]
    public async Task The_check_alone_says_the_same_of_it()
    {
        using var launcher = new LauncherProcess(weekend.Run.Path, "demo", "--check-only");
        var (exitCode, output) = await launcher.End();
        Assert.Equal(weekend.Result.LastLine, output.Split('\n')[^1]);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task A_cancel_that_nobody_asked_for_is_found_and_named()
    {
        var (service, key) = (
            "refunds",
            "SELECT gateway_payment_key FROM payment WHERE settled = 0 AND amount >= 900 LIMIT 1"
        );
        var payment = (string)(await weekend.Sql(service, key))!;
        using var http = new HttpClient { BaseAddress = new Uri(weekend.Stack.State.GatewayUrl) };
        var secret = Encoding.UTF8.GetBytes(weekend.Run.Secret("gateway-secret") + ":");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(secret)
        );
        http.DefaultRequestHeaders.Add("Idempotency-Key", "nobody");
        // The check is not to be misled by what it finds elsewhere: what it says before stays said.
        var before = await weekend.Check();
        var cancel = new { cancelReason = "nobody asked", cancelAmount = 700 };
        using var reply = await http.PostAsJsonAsync($"/v1/payments/{payment}/cancel", cancel);
        reply.EnsureSuccessStatusCode();

        var finding = Assert.Single((await weekend.Check()).Findings.Except(before.Findings));
        Assert.Contains(": the gateway cancelled 700 of its ", finding, Is);
        Assert.EndsWith(", no refund of ours says so", finding, Is);
    }

    [Theory]
    // An admission after the stop.
    [InlineData(
        "refunds",
        "UPDATE refund SET create_time = create_time + interval '1 day' WHERE refund_id = ("
            + "SELECT r.refund_id FROM refund r "
            + "JOIN delegation d USING (client_id, delegation_id) WHERE d.state = 'Revoked' AND r.state = 'Settled' "
            + "AND r.create_time + interval '1 day' > d.revoke_time ORDER BY 1 LIMIT 1)",
        "UPDATE refund SET create_time = create_time - interval '1 day' WHERE refund_id = ("
            + "SELECT r.refund_id FROM refund r "
            + "JOIN delegation d USING (client_id, delegation_id) WHERE d.state = 'Revoked' AND r.state = 'Settled' "
            + "AND r.create_time > d.revoke_time LIMIT 1)",
        " after the stop"
    )]
    // An answer that was promised and is not there.
    [InlineData(
        "desk",
        "UPDATE messages SET kind = 'lost' WHERE id = (SELECT min(id::text)::uuid FROM messages "
            + "WHERE kind = 'complaint-resolved')",
        "UPDATE messages SET kind = 'complaint-resolved' WHERE kind = 'lost'",
        "the answer complaint-resolved about "
    )]
    // A matter that nobody has.
    [InlineData(
        "desk",
        "UPDATE cases SET state = 2, close_time = create_time, title = 'lost' WHERE id = "
            + "(SELECT min(id::text)::uuid FROM cases WHERE state = 1 AND matter LIKE 'episode/%')",
        "UPDATE cases SET state = 1, close_time = NULL, title = '' WHERE title = 'lost'",
        "the open matter episode/"
    )]
    [InlineData(
        "refunds",
        "CREATE TABLE kept AS WITH gone AS (DELETE FROM ledger_entry WHERE account = 'CUSTOMER_REFUNDED' "
            + "AND refund_id = (SELECT min(refund_id::text)::uuid FROM refund WHERE state = 'Settled' AND amount > 0) "
            + "RETURNING *) "
            + "SELECT * FROM gone",
        "INSERT INTO ledger_entry SELECT * FROM kept; DROP TABLE kept",
        ": its ledger row POST CUSTOMER_REFUNDED "
    )]
    [InlineData(
        "refunds",
        "UPDATE budget_counter SET settled = settled + 1 WHERE budget = 'delegation-month'",
        "UPDATE budget_counter SET settled = settled - 1 WHERE budget = 'delegation-month'",
        "budget delegation-month of delegation "
    )]
    [InlineData(
        "refunds",
        "UPDATE refund SET gateway_transaction_key = 'x' || gateway_transaction_key WHERE amount = 45000",
        "UPDATE refund SET gateway_transaction_key = substr(gateway_transaction_key, 2) WHERE amount = 45000",
        ": the gateway's proof of refund "
    )]
    [InlineData(
        "parking",
        "UPDATE complaints SET state = 6 WHERE id = (SELECT min(id::text)::uuid FROM complaints WHERE state = 5)",
        "UPDATE complaints SET state = 5 WHERE state = 6 AND decision_reason IN ('removed', 'gone-already')",
        " is Rejected, the file says RESOLVED"
    )]
    [InlineData(
        "desk",
        "UPDATE inbox SET source = 'lost/' || source WHERE event_id = (SELECT min(event_id::text)::uuid FROM inbox)",
        "UPDATE inbox SET source = substr(source, 6) WHERE source LIKE 'lost/%'",
        " is published and missing in the inbox of desk"
    )]
    [InlineData(
        "faults",
        "INSERT INTO inbox_parked SELECT event_id, '', source, 1, type, '', '', 'BAD', '', now() FROM inbox LIMIT 1",
        "DELETE FROM inbox_parked",
        " is parked in faults: BAD"
    )]
    [InlineData(
        "refunds",
        "UPDATE outbox SET sequence = sequence + 1000000 WHERE sequence = (SELECT max(sequence) FROM outbox)",
        "UPDATE outbox SET sequence = sequence - 1000000 WHERE sequence > 1000000",
        " are in no outbox row"
    )]
    public async Task A_changed_row_is_found(string service, string corruption, string cure, string finding)
    {
        var before = await weekend.Check();
        await weekend.Sql(service, corruption);
        var found = await weekend.Check();
        await weekend.Sql(service, cure);

        Assert.Contains(found.Findings.Except(before.Findings), one => one.Contains(finding, Is));
        Assert.Equal(before.Findings, (await weekend.Check()).Findings);
    }

    [Fact]
    public void The_file_is_what_its_maker_makes() =>
        Assert.Equal(WeekendMaker.Make().ToText(), File.ReadAllText(Weekend.FileIn(Repository.Root)));
}

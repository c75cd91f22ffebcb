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
    private Task<DemoVerdict>? books;

    public DemoResult Result { get; private set; } = new(null, "");
    public string Words { get; private set; } = "";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        (Result, Words) = await PlayDemo();
    }

    public Weekend File { get; } = Weekend.Load(Repository.Root);

    /// <summary>Judges the weekend by what is there now.</summary>
    public Task<DemoVerdict> Check() => Checker().Judge(TimeSpan.Zero);

    /// <summary>What the check finds in books that somebody altered, or beside a file that somebody altered, and not
    /// in the true ones, which are read once.</summary>
    public async Task<IReadOnlyList<string>> FindingsOf(Func<DemoBooks, DemoBooks> alter, Weekend? file = null)
    {
        var verdict = await (books ??= Check());
        var altered = DemoCheck.Findings(file ?? File, Result.Ids!, alter(verdict.Books!), Checker().People());
        return [.. altered.Except(verdict.Findings, StringComparer.Ordinal)];
    }

    private DemoCheck Checker() => new(Stack.State, Run, Repository.Root, File, Result.Ids!);
}

/// <summary>One weekend for all who judge it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WeekendCollection : ICollectionFixture<WeekendPlayed>
{
    public const string Name = "weekend";
}

[Collection(WeekendCollection.Name)]
public sealed class DemoJourneyTests(WeekendPlayed weekend)
{
    private const StringComparison Is = StringComparison.Ordinal;

    [Fact]
    public void The_weekend_comes_out_as_the_file_says()
    {
        DemoLine.MustBeGood(weekend.Result.LastLine, weekend.Words);
        Assert.Contains("faults=200 complaints=150 refunds_asked=300 ", weekend.Result.LastLine, Is);
        Assert.Contains("3 neighbours, the same 2 vehicles within 16 minutes: 1 job", weekend.Words, Is);
        Assert.Contains("the neighbours were told: 3 answers", weekend.Words, Is);
        Assert.Contains("the reporters see 0, 1, 1 others, the job answers 2", weekend.Words, Is);
        Assert.Contains("Sun 11:00, one agent, 12 open cases, a caller:", weekend.Words, Is);
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
        "UPDATE budget_counter SET amount = amount + 1 WHERE budget = 'delegation-month'",
        "UPDATE budget_counter SET amount = amount - 1 WHERE budget = 'delegation-month'",
        " won left, its refunds come to "
    )]
    [InlineData(
        "refunds",
        "UPDATE budget_counter SET count = count + 3 WHERE budget = 'customer-week'",
        "UPDATE budget_counter SET count = count - 3 WHERE budget = 'customer-week'",
        " is overdrawn: -"
    )]
    [InlineData(
        "refunds",
        "UPDATE delegation SET policy = replace(policy::text, '100000000', '100000001')::jsonb",
        "UPDATE delegation SET policy = replace(policy::text, '100000001', '100000000')::jsonb",
        " is limited to 100,000,001 won, the file says 100,000,000 won"
    )]
    // The counters and the refunds agree with each other and with nobody else.
    [InlineData(
        "refunds",
        "UPDATE refund SET debits = debits::jsonb - 0, note = 'lost' WHERE refund_id = ("
            + "SELECT min(refund_id::text)::uuid FROM refund WHERE state = 'Settled' AND actor = 'Agent' "
            + "AND client_id = 'gangneung-weekend'); "
            + "UPDATE budget_counter SET amount = amount - (SELECT amount FROM refund WHERE note = 'lost'), "
            + "count = count - 1 WHERE budget = 'agent-day' AND key = ("
            + "SELECT requested_by FROM refund WHERE note = 'lost') "
            + "AND bucket = (SELECT min(bucket) FROM budget_counter WHERE budget = 'agent-day')",
        "UPDATE budget_counter SET amount = amount + (SELECT amount FROM refund WHERE note = 'lost'), "
            + "count = count + 1 WHERE budget = 'agent-day' AND key = ("
            + "SELECT requested_by FROM refund WHERE note = 'lost') "
            + "AND bucket = (SELECT min(bucket) FROM budget_counter WHERE budget = 'agent-day'); "
            + "UPDATE refund SET note = '', debits = jsonb_build_array(jsonb_build_object("
            + "'budget', 'agent-day', 'key', requested_by, 'bucket', (SELECT min(bucket) FROM budget_counter "
            + "WHERE budget = 'agent-day'))) || debits::jsonb WHERE note = 'lost'",
        " does not draw on budget agent-day for `people/"
    )]
    // An admission that the service dates before the stop and commits after it; the cure is a later stop.
    [InlineData(
        "refunds",
        "UPDATE ledger_entry SET amount = amount WHERE kind = 'HOLD' AND refund_id = ("
            + "SELECT min(refund_id::text)::uuid FROM refund JOIN delegation d USING (client_id, delegation_id) "
            + "WHERE d.state = 'Revoked' AND refund.state = 'Settled' AND actor = 'System')",
        "UPDATE delegation SET state = state WHERE state = 'Revoked'",
        " after the stop's"
    )]
    // The same of one that moves no money.
    [InlineData(
        "refunds",
        "UPDATE once SET response = response WHERE split_part(key, '|', 4) = ("
            + "SELECT min(request_id::text) FROM refund JOIN delegation d USING (client_id, delegation_id) "
            + "WHERE d.state = 'Revoked' AND refund.state = 'Settled' AND action = 'LockVehicle')",
        "UPDATE delegation SET state = state WHERE state = 'Revoked'",
        " after the stop's"
    )]
    [InlineData(
        "refunds",
        "UPDATE approval SET note = note",
        "UPDATE delegation SET state = state WHERE state = 'Revoked'",
        " was agreed to by a commit "
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
    public void Beside_every_step_of_the_file_stands_what_must_come_of_it() =>
        Assert.All(weekend.File.Steps, step => Assert.False(step.Expect is { State: null, Owner: null }, $"{step}"));

    [Fact]
    public void The_file_is_what_its_maker_makes() =>
        Assert.Equal(WeekendMaker.Make().ToText(), File.ReadAllText(Weekend.FileIn(Repository.Root)));
}

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Mobility.Launcher;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>The demo played twice on one system: the first time in sight of the test,
/// the second as a newcomer does.</summary>
public sealed class DemoTwice : JourneyStack
{
    public DemoResult First { get; private set; } = new(null, "");
    public string FirstWords { get; private set; } = "";
    public int SecondExitCode { get; private set; }
    public string SecondWords { get; private set; } = "";

    /// <summary>What the check says of the first run after the second.</summary>
    public DemoVerdict AfterBoth { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        (First, FirstWords) = await PlayDemo();
        using var second = new LauncherProcess(Run.Path, "demo");
        (SecondExitCode, SecondWords) = await second.End();
        AfterBoth = await Check();
    }

    /// <summary>Judges the first run by what is there now.</summary>
    public Task<DemoVerdict> Check() => new DemoCheck(Stack.State, Run).Judge(First.Run!, TimeSpan.Zero);
}

[Collection(JourneyCollection.Name)]
public sealed class DemoJourneyTests(DemoTwice demo) : IClassFixture<DemoTwice>
{
    [Fact]
    public void A_dangerous_vehicle_is_grounded_and_a_ride_that_never_ran_is_paid_back()
    {
        DemoLine.MustBeGood(demo.First.LastLine, demo.FirstWords);
        var denials = demo.FirstWords.Split('\n').Where(line => line.Contains(" denied: ", StringComparison.Ordinal));
        Assert.Equal(5, denials.Count(line => line.Contains("RIDE_RECORD_CONTRADICTS", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_second_run_settles_ten_new_ones_and_none_of_the_old()
    {
        DemoLine.MustBeGood(demo.SecondWords.Split('\n')[^1], demo.SecondWords);
        Assert.Equal(0, demo.SecondExitCode);
        Assert.Empty(demo.AfterBoth.Findings);
        Assert.Equal(20L, await demo.Sql("refunds", "SELECT count(*) FROM refund WHERE state = 'Settled'"));
    }

    [Fact]
    public async Task A_lost_ledger_row_is_found_and_named()
    {
        const string row =
            "account = 'CUSTOMER_REFUNDED' AND refund_id = (SELECT min(refund_id::text) FROM refund "
            + "WHERE state = 'Settled')::uuid";
        var refund = await demo.Sql("refunds", $"SELECT refund_id::text FROM ledger_entry WHERE {row}");
        var before = await demo.Check();
        await demo.Sql("refunds", $"CREATE TABLE kept AS SELECT * FROM ledger_entry WHERE {row}");
        await demo.Sql("refunds", $"DELETE FROM ledger_entry WHERE {row}");
        var found = await demo.Check();
        await demo.Sql("refunds", "INSERT INTO ledger_entry SELECT * FROM kept");
        await demo.Sql("refunds", "DROP TABLE kept");

        var news = found.Findings.Except(before.Findings).ToList();
        Assert.Equal(2, news.Count);
        Assert.Contains(news, finding => finding.StartsWith($"the POST rows of refund {refund} come to -", Is));
        Assert.Contains(news, finding => finding.Contains($"refund {refund} is Settled: its ledger row POST", Is));
        Assert.Equal(before.Findings, (await demo.Check()).Findings);
    }

    [Fact]
    public async Task A_cancel_that_nobody_asked_for_is_found_and_named()
    {
        var before = await demo.Check();
        var payment = demo.First.Run!.Reports.First(report => report.Plan.Expected.Outcome == DemoOutcome.Grounded);
        using var http = new HttpClient { BaseAddress = new Uri(demo.Stack.State.GatewayUrl) };
        var secret = Encoding.UTF8.GetBytes(demo.Run.Secret("gateway-secret") + ":");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(secret)
        );
        http.DefaultRequestHeaders.Add("Idempotency-Key", "nobody");
        var cancel = new { cancelReason = "nobody asked", cancelAmount = 700 };
        using var reply = await http.PostAsJsonAsync($"/v1/payments/{payment.PaymentKey}/cancel", cancel);
        reply.EnsureSuccessStatusCode();

        var found = await demo.Check();
        var id = DemoBooks.IdOf(payment.Payment);
        var finding = Assert.Single(found.Findings.Except(before.Findings));
        Assert.StartsWith($"payment {id}: the gateway cancelled 700 of its ", finding, StringComparison.Ordinal);
        Assert.Equal(before.GatewayLedger + 700, found.GatewayLedger);
    }

    [Fact]
    public async Task A_lost_inbox_row_is_found_and_named()
    {
        const string row =
            "event_id = (SELECT event_id FROM inbox WHERE type LIKE '%.RideRecorded' " + "ORDER BY sequence LIMIT 1)";
        var before = await demo.Check();
        var id = await demo.Sql("refunds", $"SELECT event_id::text FROM inbox WHERE {row}");
        await demo.Sql("refunds", $"CREATE TABLE kept_event AS SELECT * FROM inbox WHERE {row}");
        await demo.Sql("refunds", $"DELETE FROM inbox WHERE {row}");
        var found = await demo.Check();
        await demo.Sql("refunds", "INSERT INTO inbox SELECT * FROM kept_event");
        await demo.Sql("refunds", "DROP TABLE kept_event");

        var finding = Assert.Single(found.Findings.Except(before.Findings));
        Assert.StartsWith($"event {id} (RideRecorded, number ", finding, StringComparison.Ordinal);
        Assert.EndsWith("missing in the inbox of refunds", finding, StringComparison.Ordinal);
        Assert.Equal((1, found.Published - 1), (found.Holes, found.Applied));
    }

    [Theory]
    [InlineData(
        "refunds",
        "UPDATE budget_counter SET settled = settled + 1 WHERE budget = 'delegation-month'",
        "UPDATE budget_counter SET settled = settled - 1 WHERE budget = 'delegation-month'",
        "budget delegation-month of delegation "
    )]
    [InlineData(
        "refunds",
        "UPDATE payment SET held = 1 WHERE settled = 0 AND amount = 1700",
        "UPDATE payment SET held = 0 WHERE settled = 0 AND amount = 1700",
        " says 0 won settled and 1 held, its refunds come to 0 and 0"
    )]
    [InlineData(
        "refunds",
        "UPDATE refund SET gateway_transaction_key = 'x' || gateway_transaction_key WHERE amount = 3200",
        "UPDATE refund SET gateway_transaction_key = substr(gateway_transaction_key, 2) WHERE amount = 3200",
        ": the gateway's proof of refund "
    )]
    [InlineData(
        "faults",
        "UPDATE vehicles SET state = 1, ground_time = NULL WHERE state = 2",
        "UPDATE vehicles v SET state = 2, ground_time = now() FROM faults f WHERE v.id = vehicle_id AND grounding = 3",
        " is Available, not Grounded"
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
        var before = await demo.Check();
        await demo.Sql(service, corruption);
        var found = await demo.Check();
        await demo.Sql(service, cure);

        Assert.Contains(found.Findings.Except(before.Findings), one => one.Contains(finding, Is));
        Assert.Equal(before.Findings, (await demo.Check()).Findings);
    }

    private const StringComparison Is = StringComparison.Ordinal;
}

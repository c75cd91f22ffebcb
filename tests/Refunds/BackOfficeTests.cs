using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>The operator's back office of the simulator: each act once per our key.</summary>
public sealed class BackOfficeTests : IAsyncLifetime
{
    private GatewayInProcess gateway = null!;

    private GatewayClient Client => gateway.Client;

    public async Task InitializeAsync() => gateway = await GatewayInProcess.Start();

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Theory]
    [InlineData("coupons", """{"rider":"r-1","amount":3000,"reason":"sorry"}""")]
    [InlineData("ride-passes", """{"rider":"r-1","amount":9900,"reason":"sorry"}""")]
    [InlineData("fee-waivers", """{"ride":"ride-1","amount":15000,"reason":"not owed"}""")]
    [InlineData("ride-ends", """{"ride":"ride-1","reason":"could not lock"}""")]
    [InlineData("vehicle-locks", """{"vehicle":"v-1","reason":"brakes"}""")]
    public async Task An_act_happens_once_however_often_it_is_asked_for(string kind, string body)
    {
        var replies = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => Client.Post($"/back-office/{kind}", body, "key-1"))
        );

        Assert.Equal(200, replies[0].Status);
        Assert.Single(replies.Select(r => r.Text).Distinct(StringComparer.Ordinal));
        var ledger = (await Client.Get("/back-office/ledger")).Body;
        Assert.Equal(1, ledger.GetProperty("total").GetInt32());
        Assert.Equal(kind, ledger.GetProperty("entries")[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task The_same_key_means_another_act_for_another_kind_and_nothing_for_another_body()
    {
        await Client.Post("/back-office/vehicle-locks", """{"vehicle":"v-1","reason":"brakes"}""", "key-1");

        var other = await Client.Post("/back-office/vehicle-locks", """{"vehicle":"v-2","reason":"x"}""", "key-1");
        var coupon = await Client.Post("/back-office/coupons", """{"rider":"r","amount":1,"reason":"x"}""", "key-1");

        Assert.Equal("INVALID_IDEMPOTENCY_KEY", other.Code);
        Assert.Equal(200, coupon.Status);
    }

    [Fact]
    public async Task A_ride_ends_once()
    {
        const string body = """{"ride":"ride-1","reason":"could not lock"}""";
        await Client.Post("/back-office/ride-ends", body, "key-1");

        var again = await Client.Post("/back-office/ride-ends", body, "key-2");

        Assert.Equal((409, "RIDE_ALREADY_ENDED"), (again.Status, again.Code));
    }

    [Theory]
    [InlineData("coupons", """{"rider":"r","amount":0,"reason":"x"}""", "amount")]
    [InlineData("coupons", """{"rider":"r","amount":1.5,"reason":"x"}""", "amount")]
    [InlineData("coupons", """{"rider":"r","amount":10000001,"reason":"x"}""", "amount")]
    [InlineData("ride-passes", """{"rider":"r","amount":10000001,"reason":"x"}""", "amount")]
    [InlineData("fee-waivers", """{"rider":"r","amount":1,"reason":"x"}""", "ride")]
    [InlineData("ride-passes", """{"amount":30,"reason":"x"}""", "rider")]
    [InlineData("ride-ends", """{"ride":"r"}""", "reason")]
    [InlineData("vehicle-locks", """{"ride":"r","reason":"x"}""", "vehicle")]
    public async Task A_wrong_act_is_refused_with_the_field(string kind, string body, string field)
    {
        var reply = await Client.Post($"/back-office/{kind}", body, "key-1");

        Assert.Equal(400, reply.Status);
        Assert.Contains(field + ":", reply.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await Client.Get("/back-office/ledger")).Body.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task An_act_needs_a_key_and_a_known_kind()
    {
        var keyless = await Client.Post("/back-office/coupons", """{"rider":"r","amount":1,"reason":"x"}""");
        var unknown = await Client.Post("/back-office/parades", "{}", "key-1");

        Assert.Equal("INVALID_IDEMPOTENCY_KEY", keyless.Code);
        Assert.Equal(404, unknown.Status);
    }

    [Fact]
    public async Task What_was_done_is_told_under_its_kind_and_key_and_under_no_other()
    {
        var done = await Client.Post("/back-office/coupons", """{"rider":"r","amount":1,"reason":"x"}""", "key-1");

        Assert.Equal(done.Text, (await Client.Get("/back-office/coupons/key-1")).Text);
        Assert.Equal("ACT_NOT_FOUND", (await Client.Get("/back-office/coupons/key-2")).Code);
        Assert.Equal("ACT_NOT_FOUND", (await Client.Get("/back-office/ride-passes/key-1")).Code);
        Assert.Equal("NOT_FOUND", (await Client.Get("/back-office/parades/key-1")).Code);
    }

    [Fact]
    public async Task A_fault_planned_for_a_subject_meets_acts_on_it_and_no_cancel()
    {
        await Client.Capture("pay-1");
        await Client.Post("/simulator/faults", """{"subject":"r-1","kind":"timeout_after_success","times":1}""");
        using var patience = new CancellationTokenSource();
        const string body = """{"rider":"r-1","amount":1,"reason":"x"}""";

        Assert.Equal(200, (await Client.Cancel("pay-1", 1_000, "key-1")).Status);
        var post = Client.Post("/back-office/coupons", body, "key-1", patience.Token);
        await Poll.Until(async () => (await Client.Get("/back-office/coupons/key-1")).Status == 200, what: "the act");
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post);

        Assert.Equal(200, (await Client.Post("/back-office/coupons", body, "key-1")).Status);
    }
}

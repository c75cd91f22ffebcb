using Mobility.Refunds;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>What a reply of the back office means; what is not certain is never taken for done or for
/// refused.</summary>
public sealed class BackOfficeReplyTests
{
    private static readonly BackOfficeOrder Order = new(
        new Guid("0190a6c0-0000-7000-8000-00000000abcd"),
        "coupons",
        "rider",
        "clients/gangneung-kick/riders/0190a6c0-0000-7000-8000-000000000001",
        3_000
    );

    [Fact]
    public void The_key_and_the_bytes_follow_from_the_order()
    {
        Assert.Equal("refund-0190a6c0-0000-7000-8000-00000000abcd", Order.IdempotencyKey);
        Assert.Equal(Order.Body(), (Order with { Repeated = true }).Body());
        Assert.Equal(
            $$"""{"rider":"{{Order.Subject}}","amount":3000,"reason":"Mobility refund {{Order.RefundId}}"}""",
            Order.Body()
        );
        var end = Order with { Kind = "ride-ends", SubjectField = "ride", Subject = "r", Amount = null };
        Assert.Equal($$"""{"ride":"r","reason":"Mobility refund {{Order.RefundId}}"}""", end.Body());
    }

    [Fact]
    public void Our_act_to_the_won_is_proof() =>
        Assert.Equal(new OrderOutcome.Settled("a1", 3_000), BackOffice.Classify(Order, 200, Act()));

    [Theory]
    [InlineData("""{"value":2999}""", "AMOUNT_DIFFERS")]
    [InlineData("""{"value":null}""", "AMOUNT_DIFFERS")]
    [InlineData("""{"value":3000.5}""", "AMOUNT_DIFFERS")]
    [InlineData("""{"subject":"clients/gangneung-kick/riders/2"}""", "SUBJECT_DIFFERS")]
    [InlineData("""{"kind":"ride-passes"}""", "SUBJECT_DIFFERS")]
    [InlineData("""{"idempotencyKey":"refund-1"}""", "REPLY_WITHOUT_OUR_ACT")]
    [InlineData("""{"id":""}""", "REPLY_WITHOUT_OUR_ACT")]
    public void An_act_that_is_not_ours_in_every_part_is_unconfirmed(string change, string code) =>
        Assert.Equal(new OrderOutcome.Unconfirmed(code), BackOffice.Classify(Order, 200, Act(change)));

    [Theory]
    [InlineData(200, "")]
    [InlineData(502, "<html>")]
    [InlineData(500, "[]")]
    [InlineData(201, "{}")]
    public void What_is_no_answer_is_unconfirmed(int status, string body) =>
        Assert.Equal(new OrderOutcome.Unconfirmed($"HTTP_{status}"), BackOffice.Classify(Order, status, body));

    [Theory]
    [InlineData("RIDE_ALREADY_ENDED", typeof(OrderOutcome.RefusedForGood))]
    [InlineData("INVALID_REQUEST", typeof(OrderOutcome.RefusedForGood))]
    [InlineData("UNAUTHORIZED_KEY", typeof(OrderOutcome.NotDone))]
    [InlineData("FAILED_INTERNAL_SYSTEM_PROCESSING", typeof(OrderOutcome.Unconfirmed))]
    [InlineData("SOMETHING_NEW", typeof(OrderOutcome.Unconfirmed))]
    public void A_refusal_is_judged_by_its_code(string code, System.Type outcome) =>
        Assert.IsType(outcome, BackOffice.Classify(Order, 400, $$"""{"code":"{{code}}"}"""));

    [Fact]
    public void A_refusal_at_the_door_proves_nothing_of_an_order_that_was_sent_before() =>
        Assert.IsType<OrderOutcome.Unconfirmed>(
            BackOffice.Classify(Order with { Repeated = true }, 401, """{"code":"UNAUTHORIZED_KEY"}""")
        );

    private static string Act(string change = "{}")
    {
        var act = System.Text.Json.Nodes.JsonNode.Parse(
            $$"""
            {"id":"a1","kind":"coupons","idempotencyKey":"{{Order.IdempotencyKey}}","subject":"{{Order.Subject}}",
             "value":3000}
            """
        )!;
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(change)!.AsObject())
        {
            act[name] = value?.DeepClone();
        }
        return act.ToJsonString();
    }
}

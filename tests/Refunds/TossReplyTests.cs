using System.Text.Json;
using Mobility.Refunds;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>What each reply of the gateway means for the money.</summary>
public sealed class TossReplyTests
{
    private static readonly Guid Id = Guid.Parse("0195a1b2-0000-7000-8000-000000000001");
    private static readonly CancelOrder Order = new("pay-1", Id, 4_000, 10_000);
    private static readonly CancelOrder Again = Order with { Repeated = true };

    /// <summary>As Toss documents its cancel API, by status.</summary>
    private const string OnTheCancelPage = """
        ALREADY_CANCELED_PAYMENT INVALID_REFUND_ACCOUNT_INFO EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT INVALID_REQUEST
        INVALID_REFUND_ACCOUNT_NUMBER INVALID_BANK NOT_MATCHES_REFUNDABLE_AMOUNT PROVIDER_ERROR REFUND_REJECTED
        ALREADY_REFUND_PAYMENT FORBIDDEN_BANK_REFUND_REQUEST
        UNAUTHORIZED_KEY
        NOT_CANCELABLE_AMOUNT FORBIDDEN_CONSECUTIVE_REQUEST FORBIDDEN_REQUEST NOT_CANCELABLE_PAYMENT
        EXCEED_MAX_REFUND_DUE NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT NOT_ALLOWED_PARTIAL_REFUND
        NOT_AVAILABLE_BANK INCORRECT_BASIC_AUTH_FORMAT NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER EXCEED_CANCEL_LIMIT
        NOT_FOUND_PAYMENT
        FAILED_INTERNAL_SYSTEM_PROCESSING FAILED_REFUND_PROCESS FAILED_METHOD_HANDLING_CANCEL FAILED_PARTIAL_REFUND
        COMMON_ERROR FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING
        """;

    [Theory]
    [InlineData(400, "ALREADY_CANCELED_PAYMENT")]
    [InlineData(400, "ALREADY_REFUND_PAYMENT")]
    [InlineData(400, "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT")]
    [InlineData(403, "EXCEED_CANCEL_LIMIT")]
    [InlineData(403, "EXCEED_MAX_REFUND_DUE")]
    [InlineData(400, "FORBIDDEN_BANK_REFUND_REQUEST")]
    [InlineData(403, "FORBIDDEN_REQUEST")]
    [InlineData(400, "INVALID_BANK")]
    [InlineData(400, "INVALID_REFUND_ACCOUNT_INFO")]
    [InlineData(400, "INVALID_REFUND_ACCOUNT_NUMBER")]
    [InlineData(400, "INVALID_REQUEST")]
    [InlineData(403, "NOT_ALLOWED_PARTIAL_REFUND")]
    [InlineData(403, "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT")]
    [InlineData(403, "NOT_CANCELABLE_AMOUNT")]
    [InlineData(403, "NOT_CANCELABLE_PAYMENT")]
    [InlineData(403, "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER")]
    [InlineData(404, "NOT_FOUND_PAYMENT")]
    [InlineData(400, "NOT_MATCHES_REFUNDABLE_AMOUNT")]
    [InlineData(400, "REFUND_REJECTED")]
    public void A_refusal_for_good_is_one_under_every_status(int documented, string code)
    {
        foreach (var status in (int[])[documented, 200, 400, 403, 409, 500])
        {
            Assert.Equal(new OrderOutcome.RefusedForGood(code), Classify(Order, status, code));
        }
    }

    [Theory]
    [InlineData(403, "FORBIDDEN_CONSECUTIVE_REQUEST")]
    [InlineData(403, "INCORRECT_BASIC_AUTH_FORMAT")]
    [InlineData(400, "INVALID_API_KEY")]
    [InlineData(403, "NOT_AVAILABLE_BANK")]
    [InlineData(401, "UNAUTHORIZED_KEY")]
    public void A_refusal_at_the_door_proves_that_nothing_was_done_only_on_the_first_attempt(int status, string code)
    {
        Assert.Equal(new OrderOutcome.NotDone(code), Classify(Order, status, code));
        Assert.Equal(new OrderOutcome.Unconfirmed(code), Classify(Again, status, code));
    }

    [Theory]
    [InlineData(409, "IDEMPOTENT_REQUEST_PROCESSING")]
    [InlineData(400, "INVALID_IDEMPOTENCY_KEY")]
    [InlineData(400, "PROVIDER_ERROR")]
    [InlineData(500, "FAILED_INTERNAL_SYSTEM_PROCESSING")]
    [InlineData(500, "FAILED_REFUND_PROCESS")]
    [InlineData(500, "FAILED_METHOD_HANDLING_CANCEL")]
    [InlineData(500, "FAILED_PARTIAL_REFUND")]
    [InlineData(500, "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING")]
    [InlineData(500, "COMMON_ERROR")]
    [InlineData(400, "A_CODE_OF_TOMORROW")]
    [InlineData(403, "not_cancelable_amount")]
    public void Every_other_code_is_unconfirmed_whatever_its_status(int status, string code)
    {
        Assert.Equal(new OrderOutcome.Unconfirmed(code), Classify(Order, status, code));
        Assert.Equal(new OrderOutcome.Unconfirmed(code), Classify(Order, 400, code));
    }

    [Fact]
    public void Every_code_of_the_cancel_page_is_classified_by_name()
    {
        string[] documented =
        [
            .. OnTheCancelPage.Split(
                [' ', '\n'],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            ),
        ];

        Assert.Equal(30, documented.Length);
        Assert.Empty(documented.Except(TossCodes.Known));
        // Passing and lasting troubles alike: neither status nor name tells whether money moved.
        Assert.All(
            documented.Where(code => code.StartsWith("FAILED_", StringComparison.Ordinal)),
            code => Assert.Equal(CodeMeaning.Unknown, TossCodes.Of(code))
        );
        Assert.Equal(CodeMeaning.Unknown, TossCodes.Of("PROVIDER_ERROR"));
    }

    [Fact]
    public void A_payment_that_lists_our_cancel_settles_with_its_transaction_key()
    {
        var outcome = TossReply.Classify(Order, 200, Payment(Entry()));

        Assert.Equal(new OrderOutcome.Settled("TX1", 4_000, 6_000), outcome);
    }

    [Fact]
    public void Our_cancel_is_found_among_others_and_under_any_status_text_of_the_payment()
    {
        var others = new[] { Entry(reason: "Mobility refund of another"), Entry(), Entry(reason: "고객 요청") };

        var outcome = TossReply.Classify(Order, 200, Payment(others));

        Assert.Equal(new OrderOutcome.Settled("TX1", 4_000, 6_000), outcome);
    }

    [Fact]
    public void A_payment_emptied_by_several_cancels_is_told_by_its_balance()
    {
        var rest = new CancelOrder("pay-1", Id, 4_000, 4_000);
        var body = Payment(Entry(6_000, 4_000, reason: "고객 요청"), Entry(4_000, 0));

        Assert.Equal(
            new OrderOutcome.Settled("TX1", 4_000, 0),
            TossReply.Classify(
                rest,
                200,
                body.Replace("\"status\":\"DONE\"", "\"status\":\"PARTIAL_CANCELED\"", StringComparison.Ordinal)
            )
        );
    }

    [Theory]
    [InlineData("NOT_MATCHES_REFUNDABLE_AMOUNT", 10_000, true)]
    [InlineData("NOT_MATCHES_REFUNDABLE_AMOUNT", 9_000, false)]
    [InlineData("ALREADY_CANCELED_PAYMENT", 10_000, true)]
    [InlineData("ALREADY_CANCELED_PAYMENT", 0, false)]
    [InlineData("EXCEED_MAX_REFUND_DUE", 10_000, false)]
    public void An_answer_that_shows_what_a_repeated_order_was_refused_for_is_too_old(
        string code,
        long balance,
        bool belies
    )
    {
        var payment = new PaymentAtGateway("pay-1", 10_000, balance, []);

        Assert.Equal(belies, payment.Belies(code, Again));
        // Before the first attempt there was none of ours to wait for.
        Assert.False(payment.Belies(code, Order));
    }

    [Fact]
    public void A_version_of_the_api_without_cancelStatus_settles_too() =>
        Assert.IsType<OrderOutcome.Settled>(TossReply.Classify(Order, 200, Payment(Entry(status: null))));

    [Fact]
    public void A_payment_without_our_cancel_is_no_success() =>
        Assert.Equal(
            new OrderOutcome.Unconfirmed("REPLY_WITHOUT_OUR_CANCEL"),
            TossReply.Classify(Order, 200, Payment(Entry(reason: "another")))
        );

    [Theory]
    [InlineData(3_999, 6_000, "DONE", "AMOUNT_DIFFERS")]
    [InlineData(4_000, 5_999, "DONE", "BALANCE_DIFFERS")]
    [InlineData(3_999, 6_000, "IN_PROGRESS", "AMOUNT_DIFFERS")]
    [InlineData(3_999, 6_000, "ABORTED", "AMOUNT_DIFFERS")]
    [InlineData(4_000, 6_000, "WAITING", "CANCEL_WAITING")]
    public void An_entry_of_our_refund_that_does_not_fit_proves_nothing(
        long amount,
        long balance,
        string status,
        string code
    ) =>
        Assert.Equal(
            new OrderOutcome.Unconfirmed(code),
            TossReply.Classify(Order, 200, Payment(Entry(amount, balance, status)))
        );

    [Fact]
    public void An_entry_that_is_under_way_is_accepted_and_one_that_came_to_nothing_aborted_whatever_the_balance()
    {
        foreach (var balance in new[] { 6_000, 10_000 })
        {
            Assert.Equal(
                new OrderOutcome.Accepted("CANCEL_IN_PROGRESS"),
                TossReply.Classify(Order, 200, Payment(Entry(4_000, balance, "IN_PROGRESS")))
            );
            Assert.Equal(
                new OrderOutcome.Aborted("CANCEL_ABORTED"),
                TossReply.Classify(Again, 200, Payment(Entry(4_000, balance, "ABORTED")))
            );
        }
    }

    [Fact]
    public void Two_entries_of_our_refund_are_for_a_person() =>
        Assert.Equal(
            new OrderOutcome.Unconfirmed("SEVERAL_CANCELS"),
            TossReply.Classify(Order, 200, Payment(Entry(), Entry()))
        );

    [Fact]
    public void An_entry_that_came_to_nothing_does_not_hide_the_one_that_was_made_in_its_stead()
    {
        var dropped = Entry(status: "ABORTED");
        Assert.IsType<OrderOutcome.Settled>(TossReply.Classify(Order, 200, Payment(dropped, Entry())));
        var running = Payment(dropped, Entry(status: "IN_PROGRESS"));
        Assert.IsType<OrderOutcome.Accepted>(TossReply.Classify(Order, 200, running));
        var unclear = TossReply.Classify(Order, 200, Payment(dropped, Entry(), Entry()));
        Assert.Equal(new OrderOutcome.Unconfirmed("SEVERAL_CANCELS"), unclear);
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, "<html>maintenance</html>")]
    [InlineData(200, "[]")]
    [InlineData(200, "null")]
    [InlineData(200, "{}")]
    [InlineData(502, "Bad Gateway")]
    [InlineData(200, """{"paymentKey":"pay-2","totalAmount":1,"balanceAmount":1,"cancels":null}""")]
    [InlineData(200, """{"paymentKey":"pay-1","totalAmount":1.5,"balanceAmount":1,"cancels":null}""")]
    [InlineData(200, """{"paymentKey":"pay-1","totalAmount":1,"balanceAmount":1}""")]
    [InlineData(200, """{"paymentKey":"pay-1","totalAmount":1,"balanceAmount":1,"cancels":[{}]}""")]
    [InlineData(200, """{"paymentKey":"pay-1","totalAmount":1,"balanceAmount":1,"cancels":[7]}""")]
    [InlineData(200, """{"paymentKey":"\ud800","totalAmount":1,"balanceAmount":1,"cancels":[]}""")]
    public void A_reply_that_is_none_is_unconfirmed(int status, string body) =>
        Assert.Equal(new OrderOutcome.Unconfirmed($"HTTP_{status}"), TossReply.Classify(Order, status, body));

    [Fact]
    public void A_code_that_is_no_text_is_unconfirmed() =>
        Assert.IsType<OrderOutcome.Unconfirmed>(TossReply.Classify(Order, 400, """{"code":"\ud800"}"""));

    [Fact]
    public void A_payment_in_an_error_reply_is_no_success() =>
        Assert.Equal(new OrderOutcome.Unconfirmed("HTTP_500"), TossReply.Classify(Order, 500, Payment(Entry())));

    [Fact]
    public void Every_attempt_sends_the_same_key_and_bytes()
    {
        Assert.Equal($"refund-{Id}", Order.IdempotencyKey);
        Assert.Equal((Order.IdempotencyKey, Order.Body()), (Again.IdempotencyKey, Again.Body()));
        Assert.Equal(
            $$"""{"cancelReason":"Mobility refund {{Id}}","cancelAmount":4000,"refundableAmount":10000}""",
            Order.Body()
        );
    }

    private static OrderOutcome Classify(CancelOrder order, int status, string code) =>
        TossReply.Classify(order, status, JsonSerializer.Serialize(new { code, message = "…" }));

    private static object Entry(
        long cancelAmount = 4_000,
        long refundableAmount = 6_000,
        string? status = "DONE",
        string? reason = null
    )
    {
        var cancelReason = reason ?? Order.Reason;
        return status is null
            ? new
            {
                transactionKey = "TX1",
                cancelAmount,
                refundableAmount,
                cancelReason,
            }
            : new
            {
                transactionKey = "TX1",
                cancelAmount,
                refundableAmount,
                cancelReason,
                cancelStatus = status,
            };
    }

    private static string Payment(params object[] cancels) =>
        JsonSerializer.Serialize(
            new
            {
                paymentKey = "pay-1",
                status = "DONE",
                totalAmount = 10_000,
                balanceAmount = 6_000,
                cancels,
            }
        );
}

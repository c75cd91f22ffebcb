using Grpc.Core;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Decision = Mobility.Refunds.V1.Decision;

namespace Mobility.Tests.Refunds;

public sealed class CreateRefundTests
{
    [Fact]
    public async Task What_the_delegation_allows_is_approved_and_settles_at_the_gateway()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);

        var refund = await house.Ask(payment, 3_000);

        Assert.Equal((RefundState.Approved, house.Agent), (refund.State, refund.RequestedBy));
        Assert.Equal(("agents", DecisionOutcome.Allowed), (refund.Decision.Clause, refund.Decision.Outcome));
        Assert.Equal(Won(997_000), Assert.Single(refund.Decision.Balances).LeftAmount);
        Assert.Matches("^2:[0-9a-f]{64}$", refund.Decision.CatalogueVersion);
        var settled = await house.Until(refund.Name, RefundState.Settled);
        Assert.NotEmpty(settled.GatewayTransactionKey);
        Assert.Equal(2_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
        Assert.Equal(
            [RefundApproved.Descriptor.FullName, RefundSettled.Descriptor.FullName],
            (await house.Service.Events()).TakeLast(2).Select(evt => evt.Type)
        );
    }

    [Fact]
    public async Task What_it_does_not_allow_is_stored_as_denied_with_every_reason()
    {
        await using var house = await Open();
        await house.Grant(asked =>
        {
            asked.Clauses[0].MinLevel = 4;
            asked.Budgets[0].LimitAmount = Won(11_000);
        });
        var payment = await house.Pay(20_000);

        var refund = await house.Ask(payment, 12_000, reason: "UNLOCK_FAILED");

        Assert.Equal((RefundState.Denied, DecisionOutcome.Denied), (refund.State, refund.Decision.Outcome));
        Assert.Equal(
            [
                ("RIDE_RECORD_MISSING", ""),
                ("LEVEL_TOO_LOW", "agents"),
                ("AMOUNT_ABOVE_CLAUSE", "agents"),
                ("BUDGET_AMOUNT_EXCEEDED", "daily"),
            ],
            refund.Decision.FailedConditions.Select(failed => (failed.Code, failed.Rule))
        );
        Assert.Equal(
            Won(20_000),
            (await house.Rpc.RecordPaymentAsync(Again(payment), house.AsOperator)).RefundableAmount
        );
        Assert.Contains("BUDGET_AMOUNT_EXCEEDED", (await house.Service.Events())[^1].Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeat_after_the_replies_are_forgotten_still_pays_once()
    {
        await using var house = await OpenWithDelegation();
        var request = Asking(await house.Pay(9_000), 3_000);
        var first = await house.Rpc.CreateRefundAsync(request, house.AsAgent);
        await house.Until(first.Name, RefundState.Settled);
        // Replies are kept for 30 days.
        await house.Rows<string>("""DELETE FROM once WHERE create_time IS NOT NULL RETURNING key""");

        var again = await house.Rpc.CreateRefundAsync(request, house.AsAgent);
        var byAnother = await house.Rpc.CreateRefundAsync(request, house.AsLead);
        request.Refund.Amount = Won(2_000);
        await house.Rows<string>("""DELETE FROM once WHERE create_time IS NOT NULL RETURNING key""");
        var other = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.CreateRefundAsync(request, house.AsAgent)
        );

        Assert.Equal((first.Name, RefundState.Settled), (again.Name, again.State));
        Assert.NotEqual(first.Name, byAnother.Name);
        Assert.Equal("REQUEST_ID_REUSED", TestService.ReasonOf(other));
        Assert.Equal([2L], await house.Rows<long>("""SELECT count(*) FROM refund"""));
    }

    [Fact]
    public async Task The_stored_facts_and_policy_give_the_stored_decision_again()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(20_000);
        await house.Deliver(house.RideOf(payment.Ride, meters: 700));
        await house.Ask(payment, 9_000);
        await house.Ask(payment, 2_000, "UNLOCK_FAILED");
        await new FactOrders(house).Bring([0, 1, 2]);

        var stored = await house.Rows<(string Facts, string Policy, string Decision)>(
            """
            SELECT r.facts, d.policy::text, r.decision
            FROM refund r JOIN delegation d USING (client_id, delegation_id)
            """
        );

        Assert.Equal(3, stored.Count);
        foreach (var (facts, policy, json) in stored)
        {
            var again = RefundRules.Decide(
                Policy.FromJson(policy),
                RefundFacts.FromJson(facts),
                ReasonCatalogue.Current
            );
            var first = Decision.Parser.ParseJson(json);
            Assert.Equal(first.Outcome == DecisionOutcome.Allowed, again.Allowed);
            Assert.Equal(first.Clause, again.Clause);
            Assert.Equal(first.AllowedAmount?.Units, again.AllowedAmount);
            Assert.Equal(
                first.FailedConditions.Select(failed => (failed.Code, failed.Rule, failed.Message)),
                again.Failed.Select(failed => (failed.Code, failed.Rule, failed.Message))
            );
        }
    }

    [Fact]
    public async Task A_note_is_in_the_reply_and_in_no_event()
    {
        await using var house = await OpenWithDelegation();
        var request = Asking(await house.Pay(), 1_000);
        request.Refund.Note = "고객이 두 번 전화함";

        var refund = await house.Rpc.CreateRefundAsync(request, house.AsAgent);

        Assert.Equal("고객이 두 번 전화함", refund.Note);
        await house.Until(refund.Name, RefundState.Settled);
        Assert.DoesNotContain(
            await house.Service.Events(),
            evt => evt.Data.Contains("두 번", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(house.Service.LogLines, line => line.Contains("두 번", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_level_of_the_members_row_counts_and_not_the_token()
    {
        await using var house = await Open();
        await house.Grant(asked => asked.Clauses[0].MinLevel = 5);
        var payment = await house.Pay();

        var low = await house.Ask(payment, 1_000);
        await house.Enrol(house.Agent, MemberRole.Agent, level: 5);
        var high = await house.Ask(payment, 1_000);

        Assert.Equal((RefundState.Denied, RefundState.Approved), (low.State, high.State));
        Assert.Equal(["client_officer", "lead"], low.Decision.AllowedBy);
    }

    [Fact]
    public async Task Without_a_delegation_of_the_members_vendor_all_is_denied()
    {
        await using var house = await Open();
        await house.Grant(asked => asked.Vendor = "vendors/other-contact");

        var refund = await house.Ask(await house.Pay(), 1_000);

        Assert.Equal("DELEGATION_MISSING", Assert.Single(refund.Decision.FailedConditions).Code);
        Assert.Empty(refund.Decision.Delegation);
    }

    [Fact]
    public async Task Evidence_of_a_fault_counts_when_it_names_the_ride_and_is_not_rejected()
    {
        await using var house = await Open();
        await house.Grant(asked => asked.Clauses[0].Evidence.Add(Evidence.FaultReport));
        var payment = await house.Pay();

        var without = await house.Ask(payment, 1_000);
        await house.Deliver(house.FaultOn(payment.Ride, "BRAKE_FAILURE"));
        var with = await house.Ask(payment, 1_000);
        var naming = Asking(payment, 1_000);
        naming.Refund.Fault = $"{Parent}/faults/{NewId()}";
        var other = await house.Rpc.CreateRefundAsync(naming, house.AsAgent);

        Assert.Equal("FAULT_REPORT_MISSING", Assert.Single(without.Decision.FailedConditions).Code);
        Assert.Equal(RefundState.Approved, with.State);
        Assert.Equal("FAULT_REPORT_MISSING", Assert.Single(other.Decision.FailedConditions).Code);
    }

    [Fact]
    public async Task A_payment_that_does_not_exist_is_not_found()
    {
        await using var house = await OpenWithDelegation();

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            house.Ask(new Payment { Name = $"{Parent}/payments/{NewId()}" }, 1_000)
        );

        Assert.Equal((StatusCode.NotFound, "PAYMENT_UNKNOWN"), (error.StatusCode, TestService.ReasonOf(error)));
    }

    [Fact]
    public async Task Every_wrong_field_is_named_at_once()
    {
        await using var house = await OpenWithDelegation();
        var request = Asking(await house.Pay(), -5, reason: "BORED");
        request.Refund.Payment = "clients/seoul-kick/payments/" + NewId();
        request.Refund.Complaint = "complaints/1";
        request.Refund.Case = "clients/seoul-kick/cases/" + NewId();
        request.Refund.Amount.CurrencyCode = "USD";
        request.Refund.Note = new string('x', 4_001);
        request.Refund.Fault = "faults/1";
        request.RequestId = "again";

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.CreateRefundAsync(request, house.AsAgent)
        );

        Assert.Equal(
            [
                "refund.reason",
                "refund.payment",
                "refund.complaint",
                "refund.case",
                "refund.fault",
                "refund.amount.currency_code",
                "refund.amount",
                "refund.note",
                "request_id",
            ],
            TestService.FieldsOf(error)
        );
        Assert.Empty(await house.Refunds());
    }

    [Fact]
    public async Task Riders_operators_and_officers_may_not_ask()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay();
        foreach (var caller in new[] { house.AsRider, house.AsOperator, house.AsOfficer })
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => house.Ask(payment, 1_000, caller: caller));
            Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        }
    }

    [Fact]
    public async Task Ten_repeats_at_once_are_one_refund_and_another_body_under_the_id_is_refused()
    {
        await using var house = await OpenWithDelegation();
        var request = Asking(await house.Pay(), 1_000);

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => house.Rpc.CreateRefundAsync(request, house.AsAgent).ResponseAsync)
        );
        request.Refund.Amount = Won(2_000);
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.CreateRefundAsync(request, house.AsAgent)
        );

        Assert.Single(replies.Distinct());
        Assert.Single(await house.Refunds());
        Assert.Equal("REQUEST_ID_REUSED", TestService.ReasonOf(error));
    }

    private static RecordPaymentRequest Again(Payment payment) =>
        new()
        {
            Parent = Parent,
            Payment = payment,
            RequestId = NewId(),
        };
}

using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>Everything that may be wrong with a request for money or an agreement: each has a reason of its own, and
/// nothing changes.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task What_is_malformed_is_refused_by_its_field_and_nothing_is_written()
    {
        await using var house = await OpenWithEveryAction();
        var payment = await house.Pay(5_000);
        var before = await house.Fingerprint();
        (string Field, string Why, CreateRefundRequest Request)[] cases =
        [
            ("refund.amount", "must be 1 to 10000000", Asking(payment, 0)),
            ("refund.amount", "must be 1 to 10000000", Asking(payment, -3_000)),
            ("refund.amount", "must be 1 to 10000000", Asking(payment, 10_000_001)),
            (
                "refund.amount.currency_code",
                "must be KRW, the client's currency",
                With(payment, refund => refund.Amount.CurrencyCode = "USD")
            ),
            (
                "refund.amount",
                "must be a whole number of the currency's minor units",
                With(payment, refund => refund.Amount.Nanos = 500_000_000)
            ),
            ("refund.amount", "must be set", With(payment, refund => refund.Amount = null)),
            (
                "refund.payment",
                "must belong to the same client",
                With(payment, refund => refund.Payment = $"clients/seoul-kick/payments/{NewId()}")
            ),
            ("refund.ride", "must belong to the same client", EndingRide($"clients/seoul-kick/rides/{NewId()}")),
            (
                "refund.reason",
                "must be a code of the reason catalogue",
                With(payment, refund => refund.Reason = "BORED")
            ),
            (
                "refund.action",
                "must be set to a known value",
                With(payment, refund => refund.Action = (RefundAction)99)
            ),
        ];
        foreach (var (field, why, request) in cases)
        {
            var error = await Assert.ThrowsAsync<RpcException>(async () =>
                await house.Rpc.CreateRefundAsync(request, house.AsAgent)
            );
            Assert.Equal((StatusCode.InvalidArgument, (field, why)), (error.StatusCode, ViolationOf(error)));
        }
        Assert.Equal(before, await house.Fingerprint());
    }

    [Fact]
    public async Task What_nothing_allows_is_denied_by_its_code_and_holds_nothing()
    {
        await using var house = await OpenWithDelegation();
        await house.Identify(house.Agent, MemberRole.Agent, accounts: [house.Rider]);
        var stranger = NewRider();
        var payment = await house.Pay(5_000, customer: stranger);
        var moved = await house.Pay(5_000, customer: stranger);
        await house.Deliver(house.RideOf(moved.Ride, meters: 700));
        (string Code, CreateRefundRequest Request)[] cases =
        [
            ("AMOUNT_EXCEEDS_PAYMENT", Asking(payment, 5_001)),
            ("RIDE_RECORD_CONTRADICTS", Asking(moved, 1_000, "UNLOCK_FAILED")),
            ("GATEWAY_DEADLINE_PASSED", Asking(await ByCarrierLastMonth(house), 1_000)),
            ("SELF_DEALING", Asking(await house.Pay(customer: house.Rider), 1_000)),
            ("NO_PERMIT", Compensating(payment, RefundAction.Coupon, 1_000)),
        ];
        foreach (var (code, request) in cases)
        {
            var refund = await house.Rpc.CreateRefundAsync(request, house.AsAgent);
            Assert.Equal(RefundState.Denied, refund.State);
            Assert.Equal([code], Failed(refund));
        }
        // Nothing but evidence is missing: it may still come.
        var waiting = await house.Ask(payment, 1_000, "OVERCHARGED");
        Assert.Equal(
            (RefundState.AwaitingEvidence, "RIDE_RECORD_MISSING"),
            (waiting.State, Assert.Single(Failed(waiting)))
        );
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
        Assert.Empty(await house.Rows<string>("""SELECT kind FROM ledger_entry"""));
    }

    /// <summary>One that comes too late: <see cref="WaitingRefundTests"/>.</summary>
    [Fact]
    public async Task An_agreement_that_is_none_a_member_who_is_none_and_a_used_id_are_refused_by_their_reasons()
    {
        await using var house = await OpenWithTiers();
        var (asked, other) = (await house.AskForLead(), await house.AskForLead());
        var officers = await house.AskForOfficer();
        var another = Approving(asked);
        another.RequestHash = other.RequestHash;
        var used = Asking(await house.Pay(50_000), 20_000);
        await house.Rpc.CreateRefundAsync(used, house.AsAgent);
        used.Refund.Amount = Won(20_001);
        (StatusCode Code, string Reason, Func<Task> Call)[] cases =
        [
            (StatusCode.FailedPrecondition, "APPROVAL_USED", () => house.Approve(officers, house.AsLead)),
            (
                StatusCode.FailedPrecondition,
                "APPROVAL_OF_ANOTHER_REQUEST",
                async () => await house.Rpc.ApproveRefundAsync(another, house.AsLead)
            ),
            (
                StatusCode.InvalidArgument,
                "REQUEST_ID_REUSED",
                async () => await house.Rpc.CreateRefundAsync(used, house.AsAgent)
            ),
        ];
        foreach (var (code, reason, call) in cases)
        {
            await house.Refused(code, reason, call);
        }
        await house.Enrol(house.Agent, MemberRole.Agent, state: MemberState.Suspended);
        var payment = await house.Pay();
        await house.Refused(StatusCode.PermissionDenied, "MEMBER_SUSPENDED", () => house.Ask(payment, 1_000));
    }

    private static CreateRefundRequest With(Payment payment, Action<Refund> change)
    {
        var request = Asking(payment, 1_000);
        change(request.Refund);
        return request;
    }

    private static async Task<Payment> ByCarrierLastMonth(RefundsHouse house)
    {
        var request = house.Recording(customer: NewRider());
        request.Payment.Instrument = Instrument.MobileCarrier;
        request.Payment.ApproveTime = (house.Now - TimeSpan.FromDays(32)).ToTimestamp();
        return await house.Rpc.RecordPaymentAsync(request, house.AsOperator);
    }

    private static (string Field, string Why) ViolationOf(RpcException error) =>
        Assert.Single(
            TestService
                .StatusOf(error)
                .Details.Where(detail => detail.Is(Google.Rpc.BadRequest.Descriptor))
                .SelectMany(detail => detail.Unpack<Google.Rpc.BadRequest>().FieldViolations)
                .Select(violation => (violation.Field, violation.Description))
        );
}

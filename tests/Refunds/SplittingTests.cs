using Mobility.Desk.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What a customer gets and what is asked for in a case is counted together, whoever asks and under whichever
/// delegation of the client.</summary>
public sealed class SplittingTests
{
    private const string OtherVendor = "vendors/other-contact";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_requests_at_once_for_a_customer_or_a_case_one_needs_whom_both_need(bool inCase)
    {
        await using var house = await OpenWithTiers();
        await house.GrantTiers(asked => asked.Vendor = OtherVendor);
        var other = NewPerson();
        await house.Enrol(other, MemberRole.Agent, OtherVendor);
        var token = TestIssuer.Token(Role.Agent, other, house.Now, vendor: OtherVendor);
        var (customer, name) = (NewRider(), CaseBudgetTests.NewCase());
        var payments = new[]
        {
            await house.Pay(20_000, customer: customer),
            await house.Pay(20_000, customer: inCase ? NewRider() : customer),
        };
        if (inCase)
        {
            await AboutOneVehicle(house, name, payments);
        }
        // No delegation, budget or payment keeps the two apart.
        await using var holding = await Stopper.Lock(house, """SELECT 1 FROM payment FOR UPDATE""");

        var asked = Task.WhenAll(
            house.Rpc.CreateRefundAsync(Asking(payments[0]), house.AsAgent).ResponseAsync,
            house.Rpc.CreateRefundAsync(Asking(payments[1]), TestService.Bearer(token)).ResponseAsync
        );
        await holding.UntilAwaited(2);
        await holding.DisposeAsync();

        var states = (await asked).Select(refund => refund.State).Order();
        Assert.Equal([RefundState.AwaitingApproval, RefundState.Approved], states);

        CreateRefundRequest Asking(Payment payment)
        {
            var request = RefundsHouse.Asking(payment, 8_000);
            request.Refund.Case = inCase ? name : "";
            return request;
        }
    }

    [Fact]
    public async Task What_was_let_go_or_is_older_than_the_window_counts_no_more()
    {
        await using var house = await Open();
        await house.GrantTiers(asked => asked.SplittingWindowHours = 48);
        var customer = NewRider();
        Assert.Equal(RefundState.Approved, (await Ask(8_000)).State);
        var waits = await Ask(8_000);
        Assert.Equal((RefundState.AwaitingApproval, "lead-agrees"), (waits.State, waits.Decision.Clause));
        Assert.Equal(MemberRole.ClientOfficer, (await Ask(20_000, by: house.AsLead)).AwaitedRole);
        await house.Decline(waits, house.AsLead);

        var payment = await house.Pay(customer: customer);
        var quote = await house.Quote(RefundsHouse.Asking(payment, 3_000), house.AsAgent);
        Assert.Equal(DecisionOutcome.NeedsApproval, quote.Decision.Outcome);
        house.Service.Clock.Advance(TimeSpan.FromHours(50));
        await house.Until((await Ask(8_000)).Name, RefundState.Settled);

        async Task<Refund> Ask(long won, Grpc.Core.Metadata? by = null) =>
            await house.Ask(await house.Pay(won, customer: customer), won, caller: by);
    }

    private static async Task AboutOneVehicle(RefundsHouse house, string name, IEnumerable<Payment> payments)
    {
        var vehicle = $"{Parent}/vehicles/{NewId()}";
        foreach (var payment in payments)
        {
            var ride = house.RideOf(payment.Ride, meters: 900);
            ride.Vehicle = vehicle;
            await house.Deliver(ride);
        }
        var about = CaseBudgetTests.Snapshot(name, 1, vehicle: vehicle);
        await house.Service.Apply(OnCaseOpened.Handle, new CaseOpened { Case = about });
    }
}

using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>Two admissions that meet at one payment: vendors have delegations, queues and budgets of their own, so
/// nothing but the payment keeps them apart.</summary>
public sealed class CheckThenWriteTests
{
    private const string OtherVendor = "vendors/other-contact";

    [Fact]
    public async Task Nobody_writes_on_what_another_checked_meanwhile()
    {
        await using var house = await OpenWithDelegation();
        await house.Grant(asked => asked.Vendor = OtherVendor);
        var other = NewPerson();
        await house.Enrol(other, MemberRole.Agent, OtherVendor);
        var token = TestIssuer.Token(Role.Agent, other, house.Now, vendor: OtherVendor);
        var payment = await house.Pay(5_000);
        var (held, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holding = house.Service.Db.InTransaction(
            TestIssuer.Client,
            async tx =>
            {
                await tx.List<int>(
                    """SELECT 1 FROM payment WHERE client_id = @ClientId FOR UPDATE""",
                    new { tx.ClientId }
                );
                held.SetResult();
                await release.Task;
                return true;
            },
            CancellationToken.None
        );
        await held.Task;

        var asked = Task.WhenAll(
            house.Ask(payment, 3_000),
            house.Ask(payment, 3_000, caller: TestService.Bearer(token))
        );
        // Both stand before the payment: to read it, or, if they had read it already, to write.
        await Poll.Until(async () => await Waiting(house) == 2, what: "two admissions at the payment");
        release.SetResult();
        await holding;

        var states = (await asked).Select(refund => refund.State).Order();
        Assert.Equal([RefundState.Approved, RefundState.Denied], states);
    }

    private static async Task<long> Waiting(RefundsHouse house) =>
        (
            await house.Rows<long>(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'
                """
            )
        )[0];
}

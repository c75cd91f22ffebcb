using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class GetRefundTests
{
    [Fact]
    public async Task Staff_and_the_customer_read_a_refund()
    {
        await using var house = await OpenWithDelegation();
        var refund = await house.Ask(await house.Pay(20_000), 15_000);
        var auditor = house.Service.As(Role.Auditor, NewPerson());

        foreach (var caller in new[] { house.AsAgent, house.AsLead, house.AsOfficer, auditor, house.AsRider })
        {
            Assert.Equal(refund, await house.Rpc.GetRefundAsync(new() { Name = refund.Name }, caller));
        }
    }

    [Fact]
    public async Task What_colleagues_note_is_not_shown_to_the_customer()
    {
        await using var house = await OpenWithDelegation();
        var asked = Asking(await house.Pay(), 1_000);
        asked.Refund.Note = "세 번째 문의, 의심스러움";
        var refund = await house.Rpc.CreateRefundAsync(asked, house.AsAgent);

        var read = await house.Rpc.GetRefundAsync(new() { Name = refund.Name }, house.AsRider);
        var listed = await house.Rpc.ListRefundsAsync(new() { Parent = Parent }, house.AsRider);
        var byLead = await house.Get(refund.Name);

        Assert.Equal(("", ""), (read.Note, Assert.Single(listed.Refunds).Note));
        Assert.Equal(asked.Refund.Note, byLead.Note);
    }

    [Fact]
    public async Task Another_rider_learns_no_more_than_that_there_is_none()
    {
        await using var house = await OpenWithDelegation();
        var refund = await house.Ask(await house.Pay(), 1_000);
        var other = house.Service.As(Role.Rider, NewRider());

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.GetRefundAsync(new() { Name = refund.Name }, other)
        );
        var missing = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.GetRefundAsync(new() { Name = $"{Parent}/refunds/{NewId()}" }, other)
        );

        Assert.Equal((StatusCode.NotFound, "REFUND_UNKNOWN"), (error.StatusCode, TestService.ReasonOf(error)));
        Assert.Equal((StatusCode.NotFound, "REFUND_UNKNOWN"), (missing.StatusCode, TestService.ReasonOf(missing)));
    }

    [Fact]
    public async Task A_malformed_name_is_refused()
    {
        await using var house = await Open();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.GetRefundAsync(new() { Name = $"{Parent}/refunds/1" }, house.AsLead)
        );

        Assert.Equal(["name"], TestService.FieldsOf(error));
    }
}

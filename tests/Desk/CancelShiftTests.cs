using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Desk;

public sealed class CancelShiftTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    [InlineData(-8.99)]
    public async Task Takes_a_shift_back_that_is_not_over(double fromHours)
    {
        await using var house = await DeskHouse.Open(one);
        var person = await house.OnDuty(fromHours: fromHours);
        var shift = Assert.Single((await house.Duty(fromHours)).Shifts, s => s.Person == person);

        var cancelled = await house.Rpc.CancelShiftAsync(Request(house, shift.Name), house.AsLead);

        Assert.Equal((true, 2, "\"2\""), (cancelled.Cancelled, cancelled.Revision, cancelled.Etag));
        Assert.Equal((shift.Name, shift.Person, shift.Alias), (cancelled.Name, cancelled.Person, cancelled.Alias));
        Assert.DoesNotContain((await house.Duty(fromHours)).Shifts, s => s.Person == person);
    }

    [Fact]
    public async Task A_shift_that_is_over_stays()
    {
        await using var house = await DeskHouse.Open();
        await house.OnDuty(fromHours: -9);
        var shift = Assert.Single((await house.Duty(-1)).Shifts);

        await house.Refused(
            StatusCode.FailedPrecondition,
            "SHIFT_OVER",
            async () => await house.Rpc.CancelShiftAsync(Request(house, shift.Name), house.AsLead)
        );
    }

    [Fact]
    public async Task A_lead_takes_nobody_of_another_vendor_off_duty()
    {
        await using var house = await DeskHouse.Open();
        var person = await house.OnDuty();
        var shift = Assert.Single((await house.Duty()).Shifts);
        await house.Member(person: person, vendor: "vendors/another-contact");

        var refused = await house.Refused(
            StatusCode.PermissionDenied,
            "OTHER_VENDOR",
            async () => await house.Rpc.CancelShiftAsync(Request(house, shift.Name), house.AsLead)
        );

        Assert.Equal("vendors/another-contact", TestService.InfoOf(refused).Metadata["vendor"]);
    }

    [Fact]
    public async Task A_shift_is_taken_back_once()
    {
        await using var house = await DeskHouse.Open();
        await house.OnDuty();
        var shift = Assert.Single((await house.Duty()).Shifts);
        await house.Rpc.CancelShiftAsync(Request(house, shift.Name), house.AsLead);

        var refused = await house.Refused(
            StatusCode.FailedPrecondition,
            "SHIFT_ALREADY_CANCELLED",
            async () => await house.Rpc.CancelShiftAsync(Request(house, shift.Name), house.AsLead)
        );

        Assert.Equal(shift.Name, TestService.InfoOf(refused).Metadata["name"]);
    }

    [Fact]
    public async Task A_shift_that_nobody_knows_and_one_of_another_client_are_not_found()
    {
        await using var house = await DeskHouse.Open();
        await house.OnDuty();
        var shift = Assert.Single((await house.Duty()).Shifts);
        var others = shift.Name.Replace(TestIssuer.Client, TestIssuer.OtherClient, StringComparison.Ordinal);
        var otherLead = house.As(Role.Lead, house.NewPerson(), TestIssuer.OtherClient);

        await house.Refused(
            StatusCode.NotFound,
            "SHIFT_NOT_FOUND",
            async () =>
                await house.Rpc.CancelShiftAsync(
                    Request(house, $"{DeskHouse.Parent}/shifts/{house.NewId()}"),
                    house.AsLead
                )
        );
        await house.Refused(
            StatusCode.NotFound,
            "SHIFT_NOT_FOUND",
            async () => await house.Rpc.CancelShiftAsync(Request(house, others), otherLead)
        );
    }

    [Fact]
    public async Task Every_wrong_field_is_named_at_once()
    {
        await using var house = await DeskHouse.Open(one);
        var request = new CancelShiftRequest { Name = $"{DeskHouse.Parent}/shifts/1", RequestId = "1" };

        await house.Violates(async () => await house.Rpc.CancelShiftAsync(request, house.AsLead), "name", "request_id");
    }

    [Fact]
    public async Task Ten_times_the_same_request_get_the_same_reply()
    {
        await using var house = await DeskHouse.Open();
        await house.OnDuty();
        var request = Request(house, Assert.Single((await house.Duty()).Shifts).Name);
        var lead = house.AsLead;

        var cancelled = await DeskHouse.TenAtOnce(async () => await house.Rpc.CancelShiftAsync(request, lead));

        Assert.Equal(2, cancelled.Revision);
    }

    [Fact]
    public async Task Only_leads_take_shifts_back()
    {
        await using var house = await DeskHouse.Open();
        await house.OnDuty();
        var request = Request(house, Assert.Single((await house.Duty()).Shifts).Name);

        await house.AdmitsOnly(async caller => await house.Rpc.CancelShiftAsync(request, caller), Role.Lead);
    }

    private static CancelShiftRequest Request(DeskHouse house, string name) =>
        new() { Name = name, RequestId = house.NewId() };
}

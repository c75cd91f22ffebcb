using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Npgsql;
using Xunit;

namespace Mobility.Tests.Desk;

public sealed class CreateShiftTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task Puts_a_member_on_duty()
    {
        await using var house = await DeskHouse.Open();
        var person = await house.Member(alias: "상담원 1");
        var request = house.ShiftOf(person);

        var shift = await house.Rpc.CreateShiftAsync(request, house.AsLead);

        Assert.StartsWith($"{DeskHouse.Parent}/shifts/", shift.Name, StringComparison.Ordinal);
        Assert.Equal((person, "상담원 1", DutyRole.Agent), (shift.Person, shift.Alias, shift.Role));
        Assert.Equal((request.Shift.StartTime, request.Shift.EndTime), (shift.StartTime, shift.EndTime));
        Assert.Equal((1, "\"1\"", false), (shift.Revision, shift.Etag, shift.Cancelled));
        Assert.Equal([shift], (await house.Duty()).Shifts);
    }

    [Theory]
    [InlineData(0, 9)]
    [InlineData(-8, 8.5)]
    [InlineData(8.5, 9)]
    [InlineData(2, 3)]
    [InlineData(-1, 12)]
    public async Task A_person_is_not_on_duty_twice_at_once(double fromHours, double hours)
    {
        await using var house = await DeskHouse.Open(one);
        var person = await house.OnDuty();
        var standing = Assert.Single((await house.Duty()).Shifts, shift => shift.Person == person);

        var refused = await house.Refused(
            StatusCode.FailedPrecondition,
            "SHIFT_OVERLAPS",
            async () => await house.Rpc.CreateShiftAsync(house.ShiftOf(person, fromHours, hours), house.AsLead)
        );

        var metadata = TestService.InfoOf(refused).Metadata;
        Assert.Equal((standing.Name, person), (metadata["shift"], metadata["person"]));
    }

    [Fact]
    public async Task A_shift_may_begin_when_another_ends_and_others_may_be_on_duty_at_the_same_time()
    {
        await using var house = await DeskHouse.Open();
        var person = await house.OnDuty(hours: 4);

        await house.OnDuty(fromHours: 4, person: person);
        await house.OnDuty(fromHours: -3, hours: 3, person: person);
        await house.OnDuty();

        Assert.Equal(2, (await house.Duty(3.99)).Shifts.Count);
        Assert.Equal(2, (await house.Duty(4)).Shifts.Count);
    }

    [Fact]
    public async Task A_cancelled_shift_is_in_nobodys_way()
    {
        await using var house = await DeskHouse.Open();
        var person = await house.OnDuty();
        var shift = Assert.Single((await house.Duty()).Shifts);
        await house.Rpc.CancelShiftAsync(
            new CancelShiftRequest { Name = shift.Name, RequestId = house.NewId() },
            house.AsLead
        );

        await house.OnDuty(person: person);

        Assert.Equal(person, Assert.Single((await house.Duty()).Shifts).Person);
    }

    [Fact]
    public async Task Of_many_overlapping_shifts_asked_for_at_once_one_stands()
    {
        await using var house = await DeskHouse.Open();
        var person = await house.Member();
        var lead = house.AsLead;

        var reasons = await DeskHouse.ReasonsOf(
            Enumerable
                .Range(0, 10)
                .Select(n => house.ShiftOf(person, n * 0.5))
                .Select(request => (Func<Task>)(async () => await house.Rpc.CreateShiftAsync(request, lead)))
        );

        Assert.Equal(["", .. Enumerable.Repeat("SHIFT_OVERLAPS", 9)], reasons);
    }

    [Fact]
    public async Task The_table_itself_refuses_an_overlap()
    {
        await using var house = await DeskHouse.Open();
        await house.OnDuty();

        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            house.Service.Rows<int>(
                """
                INSERT INTO shifts
                SELECT client_id, gen_random_uuid(), person_id, role, start_time, end_time, false, create_time,
                    update_time, 1
                FROM shifts RETURNING 1
                """
            )
        );

        Assert.Equal("shifts_of_a_person_apart", refused.ConstraintName);
    }

    [Theory]
    [InlineData(MemberRole.Agent, MemberState.Suspended, DeskHouse.Vendor)]
    [InlineData(MemberRole.Agent, MemberState.Active, "vendors/another")]
    [InlineData(MemberRole.Technician, MemberState.Active, DeskHouse.Vendor)]
    [InlineData(MemberRole.ClientOfficer, MemberState.Active, "")]
    public async Task Only_active_agents_and_leads_of_the_vendor_are_put_on_duty(
        MemberRole role,
        MemberState state,
        string vendor
    )
    {
        await using var house = await DeskHouse.Open(one);
        var person = await house.Member(role, state, vendor: vendor);

        var refused = await house.Refused(
            StatusCode.FailedPrecondition,
            "MEMBER_NOT_ACTIVE",
            async () => await house.Rpc.CreateShiftAsync(house.ShiftOf(person), house.AsLead)
        );

        Assert.Equal(person, TestService.InfoOf(refused).Metadata["person"]);
    }

    [Fact]
    public async Task A_person_of_whom_nothing_is_known_is_not_put_on_duty()
    {
        await using var house = await DeskHouse.Open(one);

        await house.Refused(
            StatusCode.FailedPrecondition,
            "MEMBER_NOT_ACTIVE",
            async () => await house.Rpc.CreateShiftAsync(house.ShiftOf(house.NewPerson()), house.AsLead)
        );
    }

    [Theory]
    [InlineData(MemberRole.Agent, DutyRole.Agent, true)]
    [InlineData(MemberRole.Agent, DutyRole.Deputy, true)]
    [InlineData(MemberRole.Agent, DutyRole.Lead, false)]
    [InlineData(MemberRole.Lead, DutyRole.Agent, true)]
    [InlineData(MemberRole.Lead, DutyRole.Deputy, true)]
    [InlineData(MemberRole.Lead, DutyRole.Lead, true)]
    public async Task Only_leads_lead(MemberRole role, DutyRole duty, bool allowed)
    {
        await using var house = await DeskHouse.Open(one);
        var person = await house.Member(role);
        async Task Ask() => await house.Rpc.CreateShiftAsync(house.ShiftOf(person, role: duty), house.AsLead);

        if (allowed)
        {
            await Ask();
            Assert.Equal(duty, Assert.Single((await house.Duty()).Shifts, shift => shift.Person == person).Role);
        }
        else
        {
            await house.Refused(StatusCode.FailedPrecondition, "DUTY_ROLE_NOT_HELD", Ask);
        }
    }

    [Fact]
    public async Task Fourteen_hours_are_a_shift_and_a_millisecond_more_is_none()
    {
        await using var house = await DeskHouse.Open(one);
        var person = await house.Member();
        var request = house.ShiftOf(person, hours: 14);
        var longer = request.Clone();
        longer.Shift.EndTime = (longer.Shift.EndTime.ToDateTimeOffset() + TimeSpan.FromMilliseconds(1)).ToTimestamp();

        await house.Violates(async () => await house.Rpc.CreateShiftAsync(longer, house.AsLead), "shift.end_time");
        await house.Rpc.CreateShiftAsync(request, house.AsLead);
    }

    [Fact]
    public async Task Every_wrong_field_is_named_at_once()
    {
        await using var house = await DeskHouse.Open(one);
        var request = house.ShiftOf("people/nobody", hours: 0, role: DutyRole.Unspecified);
        request.RequestId = "1";
        request.Parent = "clients/unheard-of";

        await house.Violates(
            async () => await house.Rpc.CreateShiftAsync(new CreateShiftRequest(), house.AsLead),
            "parent",
            "request_id",
            "shift",
            "shift.end_time",
            "shift.person",
            "shift.role",
            "shift.start_time"
        );
        request.Parent = DeskHouse.Parent;
        await house.Violates(
            async () => await house.Rpc.CreateShiftAsync(request, house.AsLead),
            "request_id",
            "shift.end_time",
            "shift.person",
            "shift.role"
        );
    }

    [Fact]
    public async Task Ten_times_the_same_request_make_one_shift()
    {
        await using var house = await DeskHouse.Open();
        var request = house.ShiftOf(await house.Member());
        var lead = house.AsLead;

        var shift = await DeskHouse.TenAtOnce(async () => await house.Rpc.CreateShiftAsync(request, lead));

        Assert.Equal([shift], (await house.Duty()).Shifts);
    }

    [Fact]
    public async Task Only_leads_put_people_on_duty()
    {
        await using var house = await DeskHouse.Open(one);
        var request = house.ShiftOf(await house.Member());

        await house.AdmitsOnly(async caller => await house.Rpc.CreateShiftAsync(request, caller), Role.Lead);
    }
}

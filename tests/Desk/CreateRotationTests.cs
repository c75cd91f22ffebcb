using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Desk.V1.ShiftPattern;

namespace Mobility.Tests.Desk;

public sealed class CreateRotationTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task Three_people_pass_through_the_three_patterns()
    {
        await using var house = await DeskHouse.Open();
        var request = await Request(house, MondayToFriday, WednesdayToSunday, TuesdayToSaturday);

        var rotation = await house.Rpc.CreateRotationAsync(request, house.AsLead);

        Assert.Equal(45, rotation.Shifts.Count);
        Assert.Equal(5, rotation.LongestRunDays);
        Assert.Equal([1, 2, 3, 3, 3, 2, 1], rotation.Coverage);
        Assert.Equal(rotation.Shifts.OrderBy(s => s.StartTime.Seconds), rotation.Shifts);
        var first = rotation.Shifts[0];
        Assert.Equal(Hours.Local("2026-03-02 09:00", "Asia/Seoul"), first.StartTime.ToDateTimeOffset());
        Assert.Equal(Hours.Local("2026-03-02 18:00", "Asia/Seoul"), first.EndTime.ToDateTimeOffset());
        Assert.Equal((request.People[0], DutyRole.Agent, "상담원"), (first.Person, first.Role, first.Alias));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(6, 1)]
    [InlineData(7, 1)]
    [InlineData(20, 1)]
    [InlineData(21, 0)]
    public async Task As_many_are_on_duty_as_the_coverage_says(int day, int count)
    {
        await using var house = await DeskHouse.Open(one);
        var request = await Request(house, MondayToFriday, WednesdayToSunday, TuesdayToSaturday);
        await house.Rpc.CreateRotationAsync(request, house.AsLead);

        Assert.Equal(count, (await house.Duty(day * 24)).Shifts.Count(shift => request.People.Contains(shift.Person)));
    }

    [Fact]
    public async Task Ten_days_in_a_row_are_refused_under_a_rule_of_six_with_an_order_that_would_do()
    {
        await using var house = await DeskHouse.Open();
        var request = await Request(house, MondayToFriday, TuesdayToSaturday, WednesdayToSunday);

        var refused = await house.Refused(
            StatusCode.FailedPrecondition,
            "RUN_TOO_LONG",
            async () => await house.Rpc.CreateRotationAsync(request, house.AsLead)
        );

        Assert.Equal(("10", "6", "A,C,B"), Metadata(refused));
        request.RunDaysMax = 10;
        Assert.Equal(10, (await house.Rpc.CreateRotationAsync(request, house.AsLead)).LongestRunDays);
    }

    [Fact]
    public async Task One_week_of_an_order_that_cannot_go_on_is_refused_too()
    {
        await using var house = await DeskHouse.Open(one);
        var request = await Request(house, MondayToFriday, TuesdayToSaturday, WednesdayToSunday);
        request.WeekCount = 1;

        await house.Refused(
            StatusCode.FailedPrecondition,
            "RUN_TOO_LONG",
            async () => await house.Rpc.CreateRotationAsync(request, house.AsLead)
        );
    }

    [Fact]
    public async Task When_no_order_would_do_none_is_named()
    {
        await using var house = await DeskHouse.Open(one);
        var request = await Request(house, MondayToFriday, WednesdayToSunday, TuesdayToSaturday);
        request.RunDaysMax = 4;

        var refused = await house.Refused(
            StatusCode.FailedPrecondition,
            "RUN_TOO_LONG",
            async () => await house.Rpc.CreateRotationAsync(request, house.AsLead)
        );

        Assert.Equal(("5", "4", ""), Metadata(refused));
    }

    [Fact]
    public async Task Shifts_that_stand_count_in_the_run()
    {
        await using var house = await DeskHouse.Open();
        var request = await Request(house, MondayToFriday, WednesdayToSunday, TuesdayToSaturday);
        await house.OnDuty(fromHours: -24, person: request.People[0]);
        await house.OnDuty(fromHours: -48, person: request.People[0]);

        var refused = await house.Refused(
            StatusCode.FailedPrecondition,
            "RUN_TOO_LONG",
            async () => await house.Rpc.CreateRotationAsync(request, house.AsLead)
        );

        Assert.Equal(("7", "6", "C,B,A"), Metadata(refused));
        request.RunDaysMax = 7;
        Assert.Equal(7, (await house.Rpc.CreateRotationAsync(request, house.AsLead)).LongestRunDays);
    }

    [Fact]
    public async Task One_shift_in_the_way_and_none_is_made()
    {
        await using var house = await DeskHouse.Open();
        var request = await Request(house, MondayToFriday, WednesdayToSunday, TuesdayToSaturday);
        await house.OnDuty(fromHours: (11 * 24) + 8, person: request.People[2]);
        var standing = Assert.Single((await house.Duty((11 * 24) + 8)).Shifts);

        var refused = await house.Refused(
            StatusCode.FailedPrecondition,
            "SHIFT_OVERLAPS",
            async () => await house.Rpc.CreateRotationAsync(request, house.AsLead)
        );

        Assert.Equal(standing.Name, TestService.InfoOf(refused).Metadata["shift"]);
    }

    [Fact]
    public async Task Somebody_suspended_and_an_agent_as_lead_are_refused()
    {
        await using var house = await DeskHouse.Open();
        var request = await Request(house, MondayToFriday);
        request.Role = DutyRole.Lead;

        await house.Refused(
            StatusCode.FailedPrecondition,
            "DUTY_ROLE_NOT_HELD",
            async () => await house.Rpc.CreateRotationAsync(request, house.AsLead)
        );
        request.Role = DutyRole.Agent;
        await house.Member(state: MemberState.Suspended, person: request.People[2]);
        await house.Refused(
            StatusCode.FailedPrecondition,
            "MEMBER_NOT_ACTIVE",
            async () => await house.Rpc.CreateRotationAsync(request, house.AsLead)
        );
    }

    [Fact]
    public async Task Two_rotations_of_the_same_people_at_once_never_make_a_run_that_is_too_long()
    {
        await using var house = await DeskHouse.Open();
        var first = await Request(house, MondayToFriday);
        first.WeekCount = 1;
        var second = first.Clone();
        second.RequestId = house.NewId();
        second.FirstMonday = "2026-03-09";
        // Sunday of the first week and the weekdays of the second: alone each is short enough.
        first.Order[0] = WednesdayToSunday;
        var lead = house.AsLead;

        var reasons = await DeskHouse.ReasonsOf([
            async () => await house.Rpc.CreateRotationAsync(first, lead),
            async () => await house.Rpc.CreateRotationAsync(second, lead),
        ]);

        Assert.Equal(["", "RUN_TOO_LONG"], reasons);
    }

    [Fact]
    public async Task Every_wrong_field_is_named_at_once()
    {
        await using var house = await DeskHouse.Open(one);
        var request = await Request(house, MondayToFriday, MondayToFriday, Unspecified);
        request.FirstMonday = "2026-03-03";
        request.WeekCount = 27;
        request.People.Add(request.People[0]);
        request.People.Add("people/nobody");
        request.StartMinute = 1_440;
        request.EndMinute = 1_441;
        request.RunDaysMax = 15;
        request.Role = DutyRole.Unspecified;

        await house.Violates(
            async () => await house.Rpc.CreateRotationAsync(request, house.AsLead),
            "end_minute",
            "first_monday",
            "order",
            "order[2]",
            "people",
            "people[4]",
            "role",
            "run_days_max",
            "start_minute",
            "week_count"
        );
        await house.Violates(
            async () => await house.Rpc.CreateRotationAsync(new CreateRotationRequest(), house.AsLead),
            "end_minute",
            "first_monday",
            "order",
            "parent",
            "people",
            "request_id",
            "role",
            "run_days_max",
            "week_count"
        );
    }

    [Theory]
    [InlineData("2028-06-05", 540, 1_080, "first_monday")]
    [InlineData("2026-3-2", 540, 1_080, "first_monday")]
    [InlineData("2026-03-02", 0, 841, "end_minute")]
    [InlineData("2026-03-02", 540, 540, "end_minute")]
    public async Task A_rotation_far_away_and_a_day_too_long_are_refused(
        string monday,
        int start,
        int end,
        string field
    )
    {
        await using var house = await DeskHouse.Open(one);
        var request = await Request(house, MondayToFriday);
        (request.FirstMonday, request.StartMinute, request.EndMinute) = (monday, start, end);

        await house.Violates(async () => await house.Rpc.CreateRotationAsync(request, house.AsLead), field);
    }

    [Fact]
    public async Task The_largest_rotation_is_made()
    {
        await using var house = await DeskHouse.Open();
        var request = await Request(house, MondayToFriday, WednesdayToSunday, TuesdayToSaturday);
        request.WeekCount = 26;
        request.EndMinute = 1_380;
        for (var n = 3; n < 30; n++)
        {
            request.People.Add(await house.Member());
        }

        var rotation = await house.Rpc.CreateRotationAsync(request, house.AsLead);

        Assert.Equal(30 * 26 * 5, rotation.Shifts.Count);
        Assert.Equal([10, 20, 30, 30, 30, 20, 10], rotation.Coverage);
    }

    [Fact]
    public async Task Ten_times_the_same_request_make_one_rotation()
    {
        await using var house = await DeskHouse.Open();
        var request = await Request(house, MondayToFriday);
        var lead = house.AsLead;

        await DeskHouse.TenAtOnce(async () => await house.Rpc.CreateRotationAsync(request, lead));

        Assert.Equal(3, (await house.Duty()).Shifts.Count);
    }

    [Fact]
    public async Task Only_leads_make_rotations()
    {
        await using var house = await DeskHouse.Open(one);
        var request = await Request(house, MondayToFriday);

        await house.AdmitsOnly(async caller => await house.Rpc.CreateRotationAsync(request, caller), Role.Lead);
    }

    private static (string Run, string Max, string Order) Metadata(RpcException refused)
    {
        var metadata = TestService.InfoOf(refused).Metadata;
        return (metadata["longest_run_days"], metadata["run_days_max"], metadata["order"]);
    }

    /// <summary>Three people over three weeks from this Monday, 09:00 to 18:00, at most six days in a row.</summary>
    private static async Task<CreateRotationRequest> Request(DeskHouse house, params ShiftPattern[] order) =>
        new()
        {
            Parent = DeskHouse.Parent,
            FirstMonday = "2026-03-02",
            WeekCount = 3,
            People = { await house.Member(), await house.Member(), await house.Member() },
            Order = { order },
            Role = DutyRole.Agent,
            StartMinute = 540,
            EndMinute = 1_080,
            RunDaysMax = 6,
            RequestId = house.NewId(),
        };
}

using Google.Protobuf.WellKnownTypes;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using Shift = Mobility.Desk.V1.Shift;

namespace Mobility.Tests.Desk;

public sealed class ListShiftsTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Theory]
    [InlineData(0, 10, "0 4 9")]
    [InlineData(3.5, 4, "0")]
    [InlineData(4, 5, "4")]
    [InlineData(12.9, 13, "4 9")]
    [InlineData(13, 14, "9")]
    [InlineData(22.99, 30, "9")]
    [InlineData(23, 30, "")]
    [InlineData(-10, 0, "")]
    public async Task Lists_the_shifts_that_touch_the_span_earliest_first(double from, double to, string starts)
    {
        await using var house = await DeskHouse.Open(one);
        var late = await house.OnDuty(fromHours: 9, hours: 14);
        var person = await house.OnDuty(fromHours: 0, hours: 4);
        await house.OnDuty(fromHours: 4, hours: 9, person: person);

        var shifts = await List(house, Span(house, from, to));

        var mine = shifts.Where(s => s.Person == late || s.Person == person);
        Assert.Equal(starts, string.Join(' ', mine.Select(s => HoursFromNow(house, s))));
    }

    [Fact]
    public async Task Lists_those_of_one_person_and_none_that_was_taken_back()
    {
        await using var house = await DeskHouse.Open();
        await house.OnDuty();
        var person = await house.OnDuty();
        var request = Span(house, 0, 24);
        request.Person = person;
        var shift = Assert.Single(await List(house, request));
        Assert.Equal((person, "상담원"), (shift.Person, shift.Alias));

        await house.Rpc.CancelShiftAsync(
            new CancelShiftRequest { Name = shift.Name, RequestId = house.NewId() },
            house.AsLead
        );

        Assert.Empty(await List(house, request));
        Assert.Single(await List(house, Span(house, 0, 24)));
    }

    [Fact]
    public async Task Another_client_sees_none_of_them()
    {
        await using var house = await DeskHouse.Open();
        await house.OnDuty();
        var request = Span(house, 0, 24);
        request.Parent = $"clients/{TestIssuer.OtherClient}";
        var caller = house.As(Role.Lead, house.NewPerson(), TestIssuer.OtherClient);

        Assert.Empty((await house.Rpc.ListShiftsAsync(request, caller)).Shifts);
    }

    [Fact]
    public async Task Every_wrong_field_is_named_at_once()
    {
        await using var house = await DeskHouse.Open();
        var request = Span(house, 0, (100 * 24) + 0.001);
        request.Person = "people/nobody";

        await house.Violates(async () => await List(house, request), "end_time", "person");
        await house.Violates(async () => await List(house, Span(house, 2, 2)), "end_time");
        await house.Violates(
            async () => await List(house, new ListShiftsRequest()),
            "end_time",
            "parent",
            "start_time"
        );
        Assert.Empty(await List(house, Span(house, 0, 100 * 24)));
    }

    [Fact]
    public async Task Staff_of_the_desk_officers_and_auditors_read_the_rota()
    {
        await using var house = await DeskHouse.Open();

        await house.AdmitsOnly(
            async caller => await house.Rpc.ListShiftsAsync(Span(house, 0, 1), caller),
            Role.Agent,
            Role.Lead,
            Role.ClientOfficer,
            Role.Auditor
        );
        Assert.Empty(
            (await house.Rpc.ListShiftsAsync(Span(house, 0, 1), house.As(Role.Auditor, house.NewPerson()))).Shifts
        );
    }

    private static ListShiftsRequest Span(DeskHouse house, double from, double to) =>
        new()
        {
            Parent = DeskHouse.Parent,
            StartTime = (house.Now + TimeSpan.FromHours(from)).ToTimestamp(),
            EndTime = (house.Now + TimeSpan.FromHours(to)).ToTimestamp(),
        };

    private static async Task<IReadOnlyList<Shift>> List(DeskHouse house, ListShiftsRequest request) =>
        (await house.Rpc.ListShiftsAsync(request, house.AsAgent)).Shifts;

    private static double HoursFromNow(DeskHouse house, Shift shift) =>
        (shift.StartTime.ToDateTimeOffset() - house.Now).TotalHours;
}

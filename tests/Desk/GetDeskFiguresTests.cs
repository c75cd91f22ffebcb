using Google.Protobuf.WellKnownTypes;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class GetDeskFiguresTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task Twelve_of_125_gave_up_which_is_an_answer_rate_of_90_point_4_percent()
    {
        await using var house = await OpenStaffed();
        var talk = await house.Create();
        for (var n = 0; n < 125; n++)
        {
            var external = $"CTI-{n}";
            if (n % 10 == 9)
            {
                await house.Record(ContactOutcome.Offered, external);
                await house.Record(ContactOutcome.Abandoned, external);
                continue;
            }

            await house.Record(ContactOutcome.Answered, external, talk.Name);
        }

        var figures = await Figures(house, TimeSpan.Zero, TimeSpan.FromHours(1));

        Assert.Equal(
            (125, 113, 12, 9_040),
            (figures.OfferedCount, figures.AnsweredCount, figures.AbandonedCount, figures.AnsweredBasisPoints)
        );
    }

    [Theory]
    [InlineData(904, 1_000, 9_040)]
    [InlineData(0, 0, -1)]
    [InlineData(0, 7, 0)]
    [InlineData(7, 7, 10_000)]
    [InlineData(1, 3, 3_333)]
    [InlineData(2, 3, 6_667)]
    [InlineData(1, 20_000, 1)]
    [InlineData(1, 20_001, 0)]
    public void Shares_are_rounded_half_up(int part, int whole, int basisPoints) =>
        Assert.Equal(basisPoints, CaseTally.BasisPoints(part, whole));

    [Theory]
    [InlineData(-1, "")]
    [InlineData(5, "5")]
    [InlineData(3, "9 3")]
    [InlineData(5, "9 5 1")]
    [InlineData(5, "9 5 1 7")]
    public void The_median_of_two_middles_is_the_lower_one(long median, string values) =>
        Assert.Equal(
            median,
            CaseTally.Median([.. values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)])
        );

    [Fact]
    public async Task Cases_are_counted_by_what_their_logs_say_of_the_span()
    {
        await using var house = await OpenStaffed();
        var quick = await house.Create();
        var slow = await house.Create();
        await house.Create();
        house.Service.Clock.Advance(TimeSpan.FromMinutes(3));
        await house.Close(quick.Name);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(57));
        await house.Close(slow.Name);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));

        var whole = await Figures(house, -TimeSpan.FromMinutes(61), TimeSpan.FromHours(1));
        var start = await Figures(house, -TimeSpan.FromMinutes(61), -TimeSpan.FromMinutes(50));
        var later = await Figures(house, -TimeSpan.FromMinutes(20), TimeSpan.FromHours(1));

        // First answer is missed after 5 minutes by two, lead time after 30 by the same two.
        Assert.Equal((2, 180L, 1, 4), Of(whole));
        Assert.Equal((1, 180L, 2, 2), Of(start));
        Assert.Equal((1, 3_600L, 1, 0), Of(later));

        static (int, long, int, int) Of(DeskFigures f) =>
            (f.ClosedCaseCount, f.MedianLeadSeconds, f.OpenCaseCount, f.MissedClockCount);
    }

    [Fact]
    public async Task First_answers_are_held_against_the_aim_of_three_minutes_whatever_was_promised()
    {
        await using var house = await OpenStaffed();
        var cases = new[] { await house.Create(), await house.Create(), await house.Create(), await house.Create() };
        await house.Close((await house.Create()).Name);
        await Answer(cases[0], TimeSpan.Zero);
        await Answer(cases[1], TimeSpan.FromMinutes(3));
        await Answer(cases[2], TimeSpan.FromMilliseconds(1));
        await Answer(cases[3], TimeSpan.FromMinutes(1));
        // A second answer is no first one.
        await Answer(cases[0], TimeSpan.FromMinutes(1));

        var figures = await Figures(house, -TimeSpan.FromHours(1), TimeSpan.FromHours(1));

        Assert.Equal((4, 180L, 180L, 5_000), Of(figures));
        Assert.Equal(0, figures.MissedClockCount);
        Assert.Equal((1, 240L, 180L, 0), Of(await Figures(house, -TimeSpan.FromMinutes(1), TimeSpan.Zero)));

        async Task Answer(Mobility.Desk.V1.Case of, TimeSpan later)
        {
            house.Service.Clock.Advance(later);
            await house.Send(house.Reply(of.Name));
        }

        static (int, long, long, int) Of(DeskFigures f) =>
            (f.FirstAnswerCount, f.MedianFirstAnswerSeconds, f.FirstAnswerAimSeconds, f.FirstAnswerInAimBasisPoints);
    }

    [Fact]
    public async Task A_case_whose_parts_all_went_elsewhere_counts_nowhere()
    {
        await using var house = await OpenStaffed();
        var moves = house.Complaint();
        var there = house.Complaint();
        var moved = moves.Clone();
        (moved.Episode, moved.Revision) = (there.Episode, 2);
        await house.Apply(
            new ComplaintFiled { Complaint = moves },
            new ComplaintFiled { Complaint = there },
            new ComplaintRegrouped { Complaint = moved }
        );

        var figures = await Figures(house, TimeSpan.Zero, TimeSpan.FromHours(1));

        Assert.Equal((0, -1L, 1), (figures.ClosedCaseCount, figures.MedianLeadSeconds, figures.OpenCaseCount));
    }

    [Fact]
    public async Task Of_nothing_there_is_no_share_and_no_median()
    {
        await using var house = await OpenStaffed();

        var figures = await Figures(house, -TimeSpan.FromDays(366), TimeSpan.Zero);

        Assert.Equal(
            new DeskFigures
            {
                AnsweredBasisPoints = -1,
                MedianLeadSeconds = -1,
                MedianFirstAnswerSeconds = -1,
                FirstAnswerAimSeconds = 180,
                FirstAnswerInAimBasisPoints = -1,
            },
            figures
        );
    }

    [Fact]
    public async Task The_span_has_two_ends_in_order_and_is_at_most_a_year()
    {
        await using var house = await OpenStaffed(one);

        await house.Invalid(() => Figures(house, TimeSpan.Zero, TimeSpan.Zero), "end_time");
        await house.Invalid(() => Figures(house, TimeSpan.Zero, TimeSpan.FromDays(367)), "end_time");
        await house.Invalid(
            async () => await house.Rpc.GetDeskFiguresAsync(new() { Parent = Parent }, house.AsAgent),
            "start_time",
            "end_time"
        );
    }

    [Fact]
    public async Task Riders_crew_and_operators_get_none()
    {
        await using var house = await OpenStaffed(one);

        await house.AdmitsOnly(
            caller => Figures(house, TimeSpan.Zero, TimeSpan.FromHours(1), caller),
            Role.Agent,
            Role.Lead,
            Role.ClientOfficer,
            Role.Auditor
        );
    }

    private static async Task<DeskFigures> Figures(
        DeskHouse house,
        TimeSpan from,
        TimeSpan until,
        Grpc.Core.Metadata? caller = null
    ) =>
        await house.Rpc.GetDeskFiguresAsync(
            new GetDeskFiguresRequest
            {
                Parent = Parent,
                StartTime = (house.Now + from).ToTimestamp(),
                EndTime = (house.Now + until).ToTimestamp(),
            },
            caller ?? house.AsLead
        );
}

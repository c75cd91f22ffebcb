using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

/// <summary>Others are told what a case is about as soon as it is known: budgets are counted by it.</summary>
public sealed class CaseSubjectTests
{
    [Fact]
    public async Task The_first_part_says_what_a_case_is_about_and_that_is_told_once()
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund();

        await house.Apply(new RefundApproved { Refund = refund }, new RefundApproved { Refund = refund });

        var told = Assert.Single(await house.EventsOf<CaseSubjectChanged>()).Case;
        var open = await house.CaseOf(refund.Refund);
        Assert.Equal((open.Name, refund.Ride, open.Revision), (told.Case, told.Ride, told.Revision));
        Assert.True(Assert.Single(await house.EventsOf<CaseOpened>()).Case.Revision < told.Revision);
    }

    /// <summary>So a weekend with kills may publish fewer events than one without.</summary>
    [Fact]
    public async Task What_is_heard_of_after_it_is_over_is_told_with_the_close_alone()
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund();

        await house.Apply(
            new RefundSettled { Refund = Later(refund, RefundState.Settled, 3) },
            new RefundApproved { Refund = refund }
        );

        Assert.Empty(await house.EventsOf<CaseSubjectChanged>());
        Assert.Single(await house.EventsOf<CaseOpened>());
        Assert.Equal(refund.Ride, Assert.Single(await house.EventsOf<CaseClosed>()).Case.Ride);
    }

    [Fact]
    public async Task What_a_person_opens_a_case_about_is_told_with_it()
    {
        await using var house = await OpenStaffed();
        var (ride, vehicle) = (house.Name("rides"), house.Name("vehicles"));

        await house.Rpc.CreateCaseAsync(
            new()
            {
                Parent = Parent,
                RequestId = house.NewId(),
                Case = new Case
                {
                    Kind = CaseKind.Contact,
                    Channel = CaseChannel.Phone,
                    Ride = ride,
                    Vehicle = vehicle,
                },
            },
            house.AsAgent
        );

        var told = Assert.Single(await house.EventsOf<CaseOpened>()).Case;
        Assert.Equal((ride, vehicle), (told.Ride, told.Vehicle));
    }
}

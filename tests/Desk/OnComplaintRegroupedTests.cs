using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnComplaintRegroupedTests
{
    [Fact]
    public async Task The_part_moves_to_the_other_episodes_case_and_the_old_one_keeps_what_is_left()
    {
        await using var house = await OpenStaffed();
        var stays = house.Complaint();
        var moves = house.Complaint(stays.Episode);
        var there = house.Complaint();
        await house.Apply(
            new ComplaintFiled { Complaint = stays },
            new ComplaintFiled { Complaint = moves },
            new ComplaintFiled { Complaint = there }
        );

        await house.Apply(Regrouped(moves, there.Episode));

        Assert.Equal((await house.CaseOf(there.Complaint)).Name, (await house.CaseOf(moves.Complaint)).Name);
        Assert.Equal([stays.Complaint], (await house.CaseOf(stays.Complaint)).Parts.Select(p => p.Name));
    }

    [Fact]
    public async Task A_split_complaint_has_a_case_of_its_own()
    {
        await using var house = await OpenStaffed();
        var stays = house.Complaint();
        var leaves = house.Complaint(stays.Episode);
        await house.Apply(new ComplaintFiled { Complaint = stays }, new ComplaintFiled { Complaint = leaves });

        await house.Apply(Regrouped(leaves, house.Name("episodes")));

        Assert.NotEqual((await house.CaseOf(stays.Complaint)).Name, (await house.CaseOf(leaves.Complaint)).Name);
        Assert.Equal(CaseState.Open, (await house.CaseOf(leaves.Complaint)).State);
    }

    [Fact]
    public async Task A_case_left_without_anything_is_closed_and_one_with_nothing_else_goes_along()
    {
        await using var house = await OpenStaffed();
        var alone = house.Complaint();
        var there = house.Complaint();
        await house.Apply(new ComplaintFiled { Complaint = alone }, new ComplaintFiled { Complaint = there });
        var before = await house.CaseOf(alone.Complaint);

        await house.Apply(Regrouped(alone, house.Name("episodes")));
        var along = await house.CaseOf(alone.Complaint);
        await house.Apply(Regrouped(alone, there.Episode, revision: 3));

        Assert.Equal((before.Name, CaseState.Open), (along.Name, along.State));
        Assert.Equal(CaseState.Closed, (await house.Get(before.Name)).State);
    }

    [Fact]
    public async Task A_refund_goes_where_the_complaint_goes_that_it_names()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        var neighbour = house.Complaint(complaint.Episode);
        var refund = house.Refund();
        refund.Complaint = complaint.Complaint;
        await house.Apply(
            new ComplaintFiled { Complaint = complaint },
            new ComplaintFiled { Complaint = neighbour },
            new Mobility.Refunds.V1.RefundApproved { Refund = refund }
        );

        await house.Apply(Regrouped(complaint, house.Name("episodes")));

        Assert.Equal((await house.CaseOf(complaint.Complaint)).Name, (await house.CaseOf(refund.Refund)).Name);
        Assert.Single((await house.CaseOf(neighbour.Complaint)).Parts);
    }

    [Fact]
    public async Task Two_complaints_and_a_refund_end_together_in_every_order()
    {
        await using var house = await Open();
        var first = house.Complaint();
        var second = house.Complaint();
        var refund = house.Refund();
        refund.Complaint = second.Complaint;

        var rows = await house.InEveryOrder(
            new ComplaintFiled { Complaint = first },
            new ComplaintFiled { Complaint = second },
            Regrouped(second, first.Episode),
            new Mobility.Refunds.V1.RefundSettled { Refund = Later(refund, Mobility.Refunds.V1.RefundState.Settled, 4) }
        );

        Assert.Equal(1, rows.Count(row => row.StartsWith("case", StringComparison.Ordinal)));
    }

    private static ComplaintRegrouped Regrouped(ComplaintSnapshot complaint, string episode, long revision = 2)
    {
        var later = Later(complaint, complaint.State, revision);
        later.Episode = episode;
        return new ComplaintRegrouped { Complaint = later };
    }
}

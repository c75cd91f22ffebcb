using Mobility.Desk;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Refunds.V1;
using Xunit;

namespace Mobility.Tests.Desk;

/// <summary>The whole matrix: every state of every thing, whoever asked, whatever is named.</summary>
public sealed class MatterRuleTests
{
    private static readonly Guid Thing = Guid.Parse("0195f0a0-0000-7000-8000-000000000001");
    private static readonly Guid Named = Guid.Parse("0195f0a0-0000-7000-8000-000000000002");
    private static readonly Guid Episode = Guid.Parse("0195f0a0-0000-7000-8000-000000000003");

    [Theory]
    [InlineData(ComplaintState.Filed, WaitsFor.ItsService)]
    [InlineData(ComplaintState.Held, WaitsFor.ItsService)]
    [InlineData(ComplaintState.Upheld, WaitsFor.ItsService)]
    [InlineData(ComplaintState.Dispatched, WaitsFor.ItsService)]
    [InlineData(ComplaintState.Resolved, WaitsFor.Nobody)]
    [InlineData(ComplaintState.Rejected, WaitsFor.Nobody)]
    [InlineData(ComplaintState.Withdrawn, WaitsFor.Nobody)]
    public void A_complaint_is_its_episodes_until_it_is_answered_or_withdrawn(ComplaintState state, WaitsFor waitsFor)
    {
        var complaint = new ComplaintCopy
        {
            Id = Thing,
            EpisodeId = Episode,
            State = state,
        };

        Assert.Equal(new Placement($"episode/{Episode}", null, waitsFor), MatterRule.Of(complaint));
    }

    [Theory]
    [InlineData(FaultState.Reported, WaitsFor.ItsService)]
    [InlineData(FaultState.Confirmed, WaitsFor.ItsService)]
    [InlineData(FaultState.Rejected, WaitsFor.Nobody)]
    [InlineData(FaultState.Resolved, WaitsFor.Nobody)]
    public void A_fault_is_the_desks_only_when_it_endangers_somebody(FaultState state, WaitsFor waitsFor)
    {
        var fault = new FaultCopy { Id = Thing, State = state };

        Assert.Null(MatterRule.Of(fault));
        Assert.Equal(new Placement($"fault/{Thing}", null, waitsFor), MatterRule.Of(fault with { Endangers = true }));
    }

    /// <summary>State, for whom a person's waits, for whom the machine's that had trouble waits.</summary>
    [Theory]
    [InlineData(RefundState.AwaitingEvidence, WaitsFor.ItsService, WaitsFor.ItsService)]
    [InlineData(RefundState.AwaitingApproval, WaitsFor.ItsService, WaitsFor.ItsService)]
    [InlineData(RefundState.Approved, WaitsFor.ItsService, WaitsFor.ItsService)]
    [InlineData(RefundState.Dispatching, WaitsFor.ItsService, WaitsFor.ItsService)]
    [InlineData(RefundState.PendingAtGateway, WaitsFor.ItsService, WaitsFor.ItsService)]
    [InlineData(RefundState.Unconfirmed, WaitsFor.ItsService, WaitsFor.ItsService)]
    [InlineData(RefundState.UnderReview, WaitsFor.APerson, WaitsFor.APerson)]
    [InlineData(RefundState.Settled, WaitsFor.Nobody, WaitsFor.Nobody)]
    [InlineData(RefundState.Denied, WaitsFor.Nobody, WaitsFor.APerson)]
    [InlineData(RefundState.Declined, WaitsFor.Nobody, WaitsFor.Nobody)]
    [InlineData(RefundState.Expired, WaitsFor.Nobody, WaitsFor.APerson)]
    [InlineData(RefundState.Withdrawn, WaitsFor.Nobody, WaitsFor.APerson)]
    [InlineData(RefundState.Failed, WaitsFor.APerson, WaitsFor.APerson)]
    [InlineData(RefundState.Returned, WaitsFor.APerson, WaitsFor.APerson)]
    [InlineData(RefundState.Closed, WaitsFor.Nobody, WaitsFor.Nobody)]
    [InlineData((RefundState)99, WaitsFor.APerson, WaitsFor.APerson)]
    public void A_refund_waits_by_its_state_and_by_who_asked(RefundState state, WaitsFor persons, WaitsFor machines)
    {
        var asked = new RefundCopy
        {
            Id = Thing,
            State = state,
            RideId = Named,
            Revision = 3,
        };
        var machine = asked with { BySystem = true };
        var troubled = machine with { Troubled = true };

        Assert.Equal(new Placement($"ride/{Named}", null, persons), MatterRule.Of(asked, null));
        Assert.Null(MatterRule.Of(machine, null));
        Assert.Equal(machines, MatterRule.Of(troubled, null)!.WaitsFor);
        foreach (var refund in new[] { asked, troubled })
        {
            var waits = MatterRule.Of(refund, null)!.WaitsFor;
            var closed = MatterRule.Of(refund with { ClosedRevision = 3 }, null)!.WaitsFor;
            var changedSince = MatterRule.Of(refund with { ClosedRevision = 2 }, null)!.WaitsFor;
            Assert.Equal(waits == WaitsFor.APerson ? WaitsFor.Nobody : waits, closed);
            Assert.Equal(waits, changedSince);
        }
    }

    [Fact]
    public void All_states_that_this_version_knows_stand_above()
    {
        Assert.Equal(7, Enum.GetValues<ComplaintState>().Length - 1);
        Assert.Equal(4, Enum.GetValues<FaultState>().Length - 1);
        Assert.Equal(15, Enum.GetValues<RefundState>().Length - 1);
    }

    /// <summary>Every combination of what a refund may name: the first of complaint, fault, ride, payment, vehicle
    /// says the matter; the case is tried before any.</summary>
    [Fact]
    public void What_a_refund_names_says_its_matter()
    {
        for (var bits = 0; bits < 64; bits++)
        {
            Guid? Bit(int n) => (bits & (1 << n)) != 0 ? Named : null;
            var refund = new RefundCopy
            {
                Id = Thing,
                CaseId = Bit(0),
                ComplaintId = Bit(1),
                FaultId = Bit(2),
                RideId = Bit(3),
                PaymentId = Bit(4),
                VehicleId = Bit(5),
            };
            var first = new[] { "complaint", "fault", "ride", "payment", "vehicle" }
                .Where((_, n) => (bits & (2 << n)) != 0)
                .FirstOrDefault();
            var matter = first is null ? $"refund/{Thing}" : $"{first}/{Named}";
            var known = new ComplaintCopy { Id = Named, EpisodeId = Episode };

            Assert.Equal((matter, Bit(0)), Pair(MatterRule.Of(refund, null)));
            var withIt = first == "complaint" ? $"episode/{Episode}" : matter;
            Assert.Equal((withIt, Bit(0)), Pair(MatterRule.Of(refund, known)));
        }

        static (string, Guid?) Pair(Placement? placement) => (placement!.Matter, placement.CaseId);
    }
}

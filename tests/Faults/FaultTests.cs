using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform.Rpc;
using Xunit;
using Fault = Mobility.Faults.Fault;

namespace Mobility.Tests.Faults;

public sealed class FaultTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);
    private static readonly Guid Vehicle = Guid.CreateVersion7(Now);
    private const string Crew = "people/0195f0a0-0000-7000-8000-000000000001";

    /// <summary>State, action, and what comes of it: the state after, or the reason of the refusal.</summary>
    public static TheoryData<FaultState, string, string> Matrix() =>
        new()
        {
            { FaultState.Reported, "confirm", "Confirmed" },
            { FaultState.Reported, "reject", "Rejected" },
            { FaultState.Reported, "resolve", "Resolved" },
            { FaultState.Confirmed, "confirm", "FAULT_ALREADY_CONFIRMED" },
            { FaultState.Confirmed, "reject", "FAULT_ALREADY_CONFIRMED" },
            { FaultState.Confirmed, "resolve", "Resolved" },
            { FaultState.Rejected, "confirm", "FAULT_ALREADY_REJECTED" },
            { FaultState.Rejected, "reject", "FAULT_ALREADY_REJECTED" },
            { FaultState.Rejected, "resolve", "FAULT_ALREADY_REJECTED" },
            { FaultState.Resolved, "confirm", "FAULT_ALREADY_RESOLVED" },
            { FaultState.Resolved, "reject", "FAULT_ALREADY_RESOLVED" },
            { FaultState.Resolved, "resolve", "FAULT_ALREADY_RESOLVED" },
        };

    [Theory]
    [MemberData(nameof(Matrix))]
    public void The_matrix_of_states_and_actions(FaultState state, string action, string expected)
    {
        var fault = new Fault { State = state, Revision = 4 };

        if (!expected.StartsWith("FAULT_", StringComparison.Ordinal))
        {
            var after = Act(fault, action);
            Assert.Equal(expected, after.State.ToString());
            Assert.Equal(
                (5L, Now, Crew, "looked at it"),
                (after.Revision, after.UpdateTime, after.DecidedBy, after.DecisionNote)
            );
            return;
        }

        var refused = Assert.Throws<Refusal>(() => Act(fault, action));
        Assert.Equal((StatusCode.FailedPrecondition, expected), (refused.Code, refused.Reason));
    }

    [Fact]
    public void The_matrix_names_every_state()
    {
        var named = Matrix().Select(row => (FaultState)row[0]).ToHashSet();

        Assert.Equal(Enum.GetValues<FaultState>().Where(state => state != FaultState.Unspecified).ToHashSet(), named);
    }

    [Theory]
    [InlineData(true, true, Grounding.Held, Grounding.Grounded, "CONFIRMED")]
    [InlineData(true, true, Grounding.Grounded, Grounding.Grounded, "CREW_OR_AGENT")]
    [InlineData(true, false, Grounding.Held, Grounding.Held, "CREW_OR_AGENT")]
    [InlineData(false, true, Grounding.None, Grounding.None, "CREW_OR_AGENT")]
    public void To_confirm_grounds_a_known_vehicle_when_the_fault_is_dangerous(
        bool critical,
        bool known,
        Grounding before,
        Grounding after,
        string reason
    )
    {
        var fault = new Fault
        {
            SafetyCritical = critical,
            VehicleId = known ? Vehicle : null,
            Grounding = before,
            GroundingReason = "CREW_OR_AGENT",
        };

        var confirmed = fault.Confirm(Crew, "", Now);

        Assert.Equal((after, reason), (confirmed.Grounding, confirmed.GroundingReason));
        Assert.Equal(after == Grounding.Grounded, confirmed.GroundsVehicle);
    }

    [Theory]
    [InlineData("reject")]
    [InlineData("resolve")]
    public void A_fault_that_is_over_grounds_nothing_any_more(string action)
    {
        var fault = new Fault { VehicleId = Vehicle, Grounding = Grounding.Grounded };

        Assert.True(fault.GroundsVehicle);
        Assert.False(Act(fault, action).GroundsVehicle);
    }

    private static Fault Act(Fault fault, string action) =>
        action switch
        {
            "confirm" => fault.Confirm(Crew, "looked at it", Now),
            "reject" => fault.Reject(Crew, "looked at it", Now),
            _ => fault.Resolve(Crew, "looked at it", Now),
        };
}

using Mobility.Faults.V1;
using Xunit;
using Vehicle = Mobility.Faults.Vehicle;

namespace Mobility.Tests.Faults;

public sealed class VehicleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Grounding_counts_a_change_and_grounding_again_does_not()
    {
        var grounded = new Vehicle().Ground(Now);

        Assert.Equal((VehicleState.Grounded, Now, Now, 2L), Told(grounded));
        Assert.Same(grounded, grounded.Ground(Now.AddHours(1)));
    }

    [Fact]
    public void Freeing_counts_a_change_and_freeing_again_does_not()
    {
        var freed = new Vehicle().Ground(Now).Free(Now.AddHours(1));

        Assert.Equal((VehicleState.Available, null, Now.AddHours(1), 3L), Told(freed));
        Assert.Same(freed, freed.Free(Now.AddHours(2)));
    }

    [Theory]
    [InlineData("GN-0001", "GN-0001")]
    [InlineData(" gn-0001 ", "GN-0001")]
    [InlineData("ＧＮ－０００１", "GN-0001")]
    public void A_code_is_the_same_however_it_was_typed(string typed, string code) =>
        Assert.Equal(code, Vehicle.CanonicalCode(typed));

    private static (VehicleState, DateTimeOffset?, DateTimeOffset, long) Told(Vehicle vehicle) =>
        (vehicle.State, vehicle.GroundTime, vehicle.UpdateTime, vehicle.Revision);
}

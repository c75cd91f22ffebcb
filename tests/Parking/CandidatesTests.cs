using System.Diagnostics;
using Mobility.Parking;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class CandidatesTests
{
    private const int Seed = 20260302;
    private const int Fleet = 100_000;

    [Fact]
    public async Task Among_100_000_positions_the_nearest_are_found_as_by_measuring_every_one()
    {
        await using var house = await PlacesHouse.Open();
        var random = new Random(Seed);
        var fleet = Enumerable.Range(0, Fleet).Select(n => Parked(n, random)).ToList();
        var watch = Stopwatch.StartNew();
        foreach (var part in fleet.Chunk(Fleet / 5))
        {
            Assert.Empty((await house.Import(part)).Problems);
        }
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"the import took {watch.Elapsed}");
        for (var n = 0; n < 200; n++)
        {
            var near = fleet[random.Next(Fleet)];
            var (latitude, longitude) = (near.Latitude + Jitter(random), near.Longitude + Jitter(random));
            var accuracy = random.Next(3) switch
            {
                0 => 0,
                1 => random.NextDouble() * 60,
                _ => random.NextDouble() * 5_000,
            };
            var found = await house.Read(tx => Candidates.Near(tx, latitude, longitude, accuracy, house.Now));
            Assert.Equal(ByMeasuring(fleet, latitude, longitude, accuracy), found.Select(c => c.Code));
            Assert.All(found, c => Assert.Equal(Measure(c, latitude, longitude), c.DistanceMeters, 0.001));
        }
    }

    [Fact]
    public async Task A_known_vehicle_shows_its_code_and_name_and_another_neither()
    {
        await using var house = await PlacesHouse.Open();
        var vehicle = await house.Know("GN-0001");
        await house.Import(
            new("gn-0001", PlacesHouse.Latitude, PlacesHouse.Longitude),
            new("161ac588", PlacesHouse.Latitude + 0.0001, PlacesHouse.Longitude)
        );
        var found = await Near(house);
        Assert.Equal(["GN-0001", ""], found.Select(c => c.PrintedCode));
        Assert.Equal([vehicle, null], found.Select(c => c.VehicleId));
        Assert.Equal(11.099, found[1].DistanceMeters, 0.0005);
    }

    [Fact]
    public async Task What_came_to_the_place_after_it_was_seen_there_cannot_be_meant()
    {
        await using var house = await PlacesHouse.Open();
        await house.Import(new("stood", PlacesHouse.Latitude, PlacesHouse.Longitude), new("came", 37.8, 128.9));
        var seen = house.Now.AddMinutes(1);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(7));
        await house.Import(new FeedVehicle("came", PlacesHouse.Latitude, PlacesHouse.Longitude));
        Assert.Equal(["STOOD"], (await Near(house, seen)).Select(c => c.Code));
        // A feed may be five minutes old: what it shows then may have stood there already.
        Assert.Equal(["STOOD", "CAME"], (await Near(house, seen.AddMinutes(1))).Select(c => c.Code));
    }

    [Fact]
    public async Task At_most_ten_are_listed_and_the_client_sees_its_own()
    {
        await using var house = await PlacesHouse.Open();
        var many = Enumerable
            .Range(0, 15)
            .Select(n => new FeedVehicle($"V{n:D2}", PlacesHouse.Latitude + (n * 1e-6), PlacesHouse.Longitude));
        await house.Import([.. many]);
        Assert.Equal(Enumerable.Range(0, 10).Select(n => $"V{n:D2}"), (await Near(house)).Select(c => c.Code));
        Assert.Empty(
            await house.Read(
                tx => Candidates.Near(tx, PlacesHouse.Latitude, PlacesHouse.Longitude, 0, house.Now),
                Support.TestIssuer.OtherClient
            )
        );
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(12.5, 42.5)]
    [InlineData(5_000, 500)]
    public void The_radius_is_both_uncertainties_and_bounded(double accuracy, double radius) =>
        Assert.Equal(radius, Candidates.RadiusMeters(accuracy));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(37.7645, 128.8996)]
    [InlineData(-89.9, 12)]
    [InlineData(89.999, 179.999)]
    [InlineData(60, -179.9999)]
    public void The_cells_around_a_point_hold_the_whole_circle(double latitude, double longitude)
    {
        var cells = GeoCells.Around(latitude, longitude, 500);
        for (var degrees = 0; degrees < 360; degrees++)
        {
            var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
            var step = 500 / 111_200.0;
            var y = Math.Clamp(latitude + (step * cos), -90, 90);
            var x = longitude + (step * sin / Math.Max(1e-6, Math.Cos(latitude * Math.PI / 180)));
            if (Ellipsoid.Meters(latitude, longitude, y, x) <= 500)
            {
                Assert.InRange((int)Math.Floor(y * GeoCells.PerDegree), cells.South, cells.North);
                Assert.InRange((int)Math.Floor(x * GeoCells.PerDegree), cells.West, cells.East);
            }
        }
    }

    private static Task<IReadOnlyList<Candidate>> Near(PlacesHouse house, DateTimeOffset? seen = null) =>
        house.Read(tx => Candidates.Near(tx, PlacesHouse.Latitude, PlacesHouse.Longitude, 10, seen ?? house.Now));

    /// <summary>Half of the fleet stands in a few places, half anywhere.</summary>
    private static FeedVehicle Parked(int n, Random random)
    {
        var (latitude, longitude) =
            n % 2 == 0
                ? (37.75 + (random.Next(20) * 0.005), 128.85 + (random.Next(20) * 0.005))
                : (37.6 + (random.NextDouble() * 0.35), 128.75 + (random.NextDouble() * 0.35));
        return new FeedVehicle($"V{n:D6}", latitude + Jitter(random), longitude + Jitter(random));
    }

    private static double Jitter(Random random) => (random.NextDouble() - 0.5) * 0.004;

    private static double Measure(Candidate c, double latitude, double longitude) =>
        Ellipsoid.Meters(latitude, longitude, c.Latitude, c.Longitude);

    private static IEnumerable<string> ByMeasuring(
        IEnumerable<FeedVehicle> fleet,
        double latitude,
        double longitude,
        double accuracy
    ) =>
        fleet
            .Where(v => Math.Abs(v.Latitude - latitude) < 0.01 && Math.Abs(v.Longitude - longitude) < 0.01)
            .Select(v => (v.Code, Meters: Ellipsoid.Meters(latitude, longitude, v.Latitude, v.Longitude)))
            .Where(v => v.Meters <= Math.Min(accuracy + 30, 500))
            .OrderBy(v => v.Meters)
            .Take(10)
            .Select(v => v.Code);
}

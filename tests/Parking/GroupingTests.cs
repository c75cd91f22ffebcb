using Mobility.Parking.Episodes;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class GroupingTests
{
    private static readonly Guid[] Vehicles = [.. Enumerable.Range(1, 4).Select(n => new Guid(n, 0, 0, new byte[8]))];

    [Fact]
    public void The_same_vehicle_in_the_same_stay_is_one_episode() =>
        Assert.Equal("1 2", Episodes(About(1, (0, 1)), About(2, (0, 1))));

    [Fact]
    public void Another_stay_is_another_episode() => Assert.Equal("1|2", Episodes(About(1, (0, 1)), About(2, (0, 2))));

    [Fact]
    public void A_complaint_without_a_vehicle_stands_alone() => Assert.Equal("1|2", Episodes(About(1), About(2)));

    [Fact]
    public void A_complaint_about_several_joins_the_oldest_and_brings_the_younger_along() =>
        Assert.Equal("1 2 3", Episodes(About(1, (0, 1)), About(2, (1, 1)), About(3, (0, 1), (1, 1))));

    [Fact]
    public void What_is_over_takes_no_more() =>
        Assert.Equal("1|3", Episodes(About(1, (0, 1)) with { Ended = 2 }, About(3, (0, 1))));

    [Fact]
    public void What_was_over_only_later_took_it_in() =>
        Assert.Equal("1 3", Episodes(About(1, (0, 1)) with { Ended = 4 }, About(3, (0, 1))));

    [Fact]
    public void While_it_waited_to_be_reopened_it_took_no_more()
    {
        var first = About(1, (0, 1)) with { Pauses = [new(2, 4)] };
        Assert.Equal("1 5|3", Episodes(first, About(3, (0, 2)), About(5, (0, 1))));
        Assert.Equal("1|3", Episodes(first, About(3, (0, 1))));
    }

    [Fact]
    public void Each_time_that_it_waited_to_be_reopened_it_took_no_more()
    {
        var first = About(1, (0, 1)) with { Pauses = [new(2, 4), new(6, 8)] };
        Assert.Equal("1|3", Episodes(first, About(3, (0, 1))));
        Assert.Equal("1 5", Episodes(first, About(5, (0, 1))));
        Assert.Equal("1|7", Episodes(first, About(7, (0, 1))));
        Assert.Equal("1 8", Episodes(first, About(8, (0, 1))));
    }

    /// <summary>Two who share a vehicle are together; and who leaves, leaves the rest as if it had never been: for
    /// random complaints, no complaint before another one depends on it.</summary>
    [Fact]
    public void For_random_complaints_the_order_of_arrival_decides_and_nothing_else()
    {
        var random = new Random(20_260_302);
        for (var round = 0; round < 500; round++)
        {
            var complaints = Enumerable
                .Range(1, random.Next(1, 9))
                .Select(n =>
                    About(
                        n,
                        [
                            .. Enumerable
                                .Range(0, random.Next(0, 3))
                                .Select(_ => (random.Next(Vehicles.Length), random.Next(1, 3)))
                                .Distinct(),
                        ]
                    ) with
                    {
                        Ended = random.Next(4) == 0 ? n + random.Next(1, 5) : null,
                    }
                )
                .ToArray();
            var grouped = Grouping.Of(complaints);
            Assert.Equal(complaints.Length, grouped.Sum(episode => episode.Count));
            // The caller's order does not matter, only the moments.
            random.Shuffle(complaints);
            Assert.Equal(Text(grouped), Text(Grouping.Of(complaints)));
            // What came before is what it was.
            var last = complaints.MaxBy(c => c.Grouped)!;
            var before = Grouping.Of(complaints.Where(c => c != last));
            foreach (var episode in before)
            {
                Assert.Contains(grouped, e => episode.All(c => e.Contains(c)));
            }

            foreach (var live in grouped.Where(e => e.Any(c => c.Ended is null)))
            {
                Assert.DoesNotContain(
                    grouped.Where(e => e != live && e.Any(c => c.Ended is null)),
                    other => live.Max(c => c.Grouped) == last.Grouped && Grouping.Joins(last, [.. other])
                );
            }
        }
    }

    private static Groupable About(int moment, params (int Vehicle, int Stay)[] standings) =>
        new(
            new Guid(moment, 0, 0, new byte[8]),
            moment,
            [.. standings.Select(s => new Standing(Vehicles[s.Vehicle], s.Stay))]
        );

    private static string Episodes(params Groupable[] complaints) => Text(Grouping.Of(complaints));

    private static string Text(IReadOnlyList<IReadOnlyList<Groupable>> episodes) =>
        string.Join('|', episodes.Select(e => string.Join(' ', e.Select(c => c.Grouped))));
}

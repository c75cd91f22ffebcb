using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Mobility.Parking;
using Mobility.Parking.V1;
using Xunit;

namespace Mobility.Tests.Parking;

/// <summary>What holds for every zone and every point.</summary>
public sealed class ZoneLaws
{
    private const int Grid = 40;

    /// <summary>A star around the middle: its ring never crosses itself.</summary>
    private static Gen<(double X, double Y)[]> Stars =>
        from count in Gen.Choose(3, 24)
        from radii in Gen.Choose(5, 100).ArrayOf(count)
        select radii
            .Select((r, n) => (Math.Tau * n / count, r / 25_000.0))
            .Select(p => (128.9 + (p.Item2 * Math.Cos(p.Item1)), 37.76 + (p.Item2 * Math.Sin(p.Item1))))
            .ToArray();

    [Fact]
    public void Neither_the_turn_of_a_ring_nor_a_point_twice_nor_an_open_end_changes_what_a_zone_covers() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Stars.ToArbitrary(),
                star =>
                {
                    (double X, double Y)[] closed = [.. star, star[0]];
                    var covered = Covered(closed);
                    return Covered([.. closed.Reverse()]).SequenceEqual(covered)
                        && Covered(star).SequenceEqual(covered)
                        && Covered([closed[0], .. closed]).SequenceEqual(covered)
                        && covered.Contains(true);
                }
            )
        );

    [Fact]
    public void A_zone_covers_every_vertex_of_its_own() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Stars.ToArbitrary(),
                star =>
                {
                    var index = Index([.. star, star[0]]);
                    return star.All(p => index.At(p.Y, p.X).Count == 1);
                }
            )
        );

    private static List<bool> Covered((double X, double Y)[] ring)
    {
        var index = Index(ring);
        var points =
            from x in Enumerable.Range(0, Grid)
            from y in Enumerable.Range(0, Grid)
            select index.At(37.756 + (y * 0.0002), 128.896 + (x * 0.0002)).Count == 1;
        return [.. points];
    }

    private static ZoneIndex Index((double X, double Y)[] ring)
    {
        var file = ZoneFile.Read(
            Encoding.UTF8.GetBytes(Shapes.Collection(Shapes.Feature(Shapes.Polygon(Shapes.Ring(ring))))),
            ZoneFormat.Geojson,
            PlacesHouse.Client
        );
        return new([.. file.Zones.Select(z => new IndexedZone(Guid.Empty, z.Rules, null, null, z.Boundary))], []);
    }
}

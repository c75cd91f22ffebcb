using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.Index;
using NetTopologySuite.Index.Strtree;

namespace Mobility.Parking;

/// <summary>Finds the areas that cover a point, boundaries included as ST_Covers of PostGIS has it, in the order in
/// which they were given.</summary>
public sealed class AreaIndex<T>
{
    private readonly STRtree<Part> tree = new();
    private readonly IReadOnlyList<T> areas;

    /// <summary>Builds the index; it never changes and serves any number of readers.</summary>
    public AreaIndex(IReadOnlyList<(T Area, MultiPolygon Boundary)> areas)
    {
        this.areas = [.. areas.Select(a => a.Area)];
        for (var order = 0; order < areas.Count; order++)
        {
            foreach (var polygon in areas[order].Boundary.Geometries.Where(p => !p.IsEmpty))
            {
                var locator = new IndexedPointInAreaLocator(polygon);
                // The first question makes the locator's own index, which two readers at once must not.
                locator.Locate(polygon.Coordinate);
                tree.Insert(polygon.EnvelopeInternal, new Part(order, locator));
            }
        }
        tree.Build();
    }

    /// <summary>Number of areas.</summary>
    public int Count => areas.Count;

    /// <summary>The areas at the point; none when it is no point.</summary>
    public IReadOnlyList<T> At(double latitude, double longitude)
    {
        if (!double.IsFinite(latitude) || !double.IsFinite(longitude))
        {
            return [];
        }
        var finder = new Finder(new Coordinate(longitude, latitude));
        tree.Query(new Envelope(finder.Point), finder);
        if (finder.Orders.Count == 0)
        {
            return [];
        }
        finder.Orders.Sort();
        var found = new List<T>(finder.Orders.Count);
        var last = -1;
        foreach (var order in finder.Orders)
        {
            // An area of several parts is there once.
            if (order != last)
            {
                found.Add(areas[order]);
            }
            last = order;
        }
        return found;
    }

    private sealed record Part(int Order, IndexedPointInAreaLocator Locator);

    private sealed class Finder(Coordinate point) : IItemVisitor<Part>
    {
        public Coordinate Point { get; } = point;

        public List<int> Orders { get; } = [];

        public void VisitItem(Part item)
        {
            if (item.Locator.Locate(Point) != Location.Exterior)
            {
                Orders.Add(item.Order);
            }
        }
    }
}

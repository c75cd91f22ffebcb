using NetTopologySuite.Geometries;
using NetTopologySuite.Index.Strtree;

namespace Mobility.Parking;

/// <summary>Finds the areas that cover a point, boundaries included, in the order in which they were given.</summary>
public sealed class AreaIndex<T>
{
    private readonly STRtree<(int Order, PolygonWalk Walk)> tree = new();
    private readonly IReadOnlyList<T> areas;

    /// <summary>Builds the index; it never changes and serves any number of readers.</summary>
    public AreaIndex(IReadOnlyList<(T Area, MultiPolygon Boundary)> areas)
    {
        this.areas = [.. areas.Select(a => a.Area)];
        for (var order = 0; order < areas.Count; order++)
        {
            foreach (var polygon in areas[order].Boundary.Geometries.Cast<Polygon>().Where(p => !p.IsEmpty))
            {
                tree.Insert(polygon.EnvelopeInternal, (order, new PolygonWalk(polygon)));
            }
        }
        tree.Build();
    }

    /// <summary>Number of areas.</summary>
    public int Count => areas.Count;

    /// <summary>The areas at the point.</summary>
    public IReadOnlyList<T> At(double latitude, double longitude)
    {
        if (!double.IsFinite(latitude) || !double.IsFinite(longitude))
        {
            return [];
        }
        var found = new Finder(longitude, latitude);
        tree.Query(new Envelope(longitude, longitude, latitude, latitude), found);
        return found.Orders.Count == 0 ? [] : [.. found.Orders.Select(order => areas[order])];
    }

    private sealed class Finder(double longitude, double latitude)
        : NetTopologySuite.Index.IItemVisitor<(int Order, PolygonWalk Walk)>
    {
        public SortedSet<int> Orders { get; } = [];

        public void VisitItem((int Order, PolygonWalk Walk) item)
        {
            if (!Orders.Contains(item.Order) && item.Walk.Covers(longitude, latitude))
            {
                Orders.Add(item.Order);
            }
        }
    }
}

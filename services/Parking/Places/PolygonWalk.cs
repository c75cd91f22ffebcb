using NetTopologySuite.Geometries;

namespace Mobility.Parking;

/// <summary>
/// Says whether a polygon covers a point, its boundary included, exactly as ST_Covers of PostGIS says it: the same
/// winding number from the same double arithmetic. A robust predicate would differ from PostGIS where rounding decides,
/// on slanted edges; here both always agree. Edges lie in slabs by latitude, so that few are looked at.
/// </summary>
public sealed class PolygonWalk
{
    private readonly Ring shell;
    private readonly Ring[] holes;

    public PolygonWalk(Polygon polygon)
    {
        shell = new Ring(polygon.ExteriorRing.CoordinateSequence);
        holes = [.. polygon.InteriorRings.Select(r => new Ring(r.CoordinateSequence))];
    }

    /// <summary>Is the point inside or on the boundary of the shell or a hole?</summary>
    public bool Covers(double longitude, double latitude)
    {
        var inShell = shell.Locate(longitude, latitude);
        if (inShell <= 0)
        {
            return inShell == 0;
        }
        foreach (var hole in holes)
        {
            var inHole = hole.Locate(longitude, latitude);
            if (inHole >= 0)
            {
                return inHole == 0;
            }
        }
        return true;
    }

    private sealed class Ring
    {
        private const int EdgesPerSlab = 4;
        private const int SlabsMax = 4096;

        private readonly double[] x;
        private readonly double[] y;
        private readonly double south;
        private readonly double north;
        private readonly double slabsPerDegree;
        private readonly int[][] slabs;

        public Ring(CoordinateSequence points)
        {
            x = new double[points.Count];
            y = new double[points.Count];
            for (var n = 0; n < points.Count; n++)
            {
                (x[n], y[n]) = (points.GetX(n), points.GetY(n));
            }
            (south, north) = (y.Min(), y.Max());
            var count = Math.Clamp(points.Count / EdgesPerSlab, 1, SlabsMax);
            slabsPerDegree = north > south ? count / (north - south) : 0;
            var lists = new List<int>[count];
            for (var edge = 0; edge < points.Count - 1; edge++)
            {
                var last = SlabOf(Math.Max(y[edge], y[edge + 1]), count);
                for (var slab = SlabOf(Math.Min(y[edge], y[edge + 1]), count); slab <= last; slab++)
                {
                    (lists[slab] ??= []).Add(edge);
                }
            }
            slabs = [.. lists.Select(l => l?.ToArray() ?? [])];
        }

        /// <summary>1 inside, 0 on the ring, -1 outside.</summary>
        public int Locate(double px, double py)
        {
            if (!(py >= south && py <= north))
            {
                return -1;
            }
            var winding = 0;
            foreach (var n in slabs[SlabOf(py, slabs.Length)])
            {
                double ax = x[n];
                double ay = y[n];
                double bx = x[n + 1];
                double by = y[n + 1];
                var side = ((bx - ax) * (py - ay)) - ((px - ax) * (by - ay));
                if (side == 0 && IsWithin(px, ax, bx) && IsWithin(py, ay, by))
                {
                    return 0;
                }
                if (ay <= py && py < by && side > 0)
                {
                    winding++;
                }
                else if (by <= py && py < ay && side < 0)
                {
                    winding--;
                }
            }
            return winding == 0 ? -1 : 1;
        }

        private int SlabOf(double latitude, int count) =>
            Math.Clamp((int)((latitude - south) * slabsPerDegree), 0, count - 1);

        private static bool IsWithin(double value, double a, double b) =>
            a <= b ? value >= a && value <= b : value >= b && value <= a;
    }
}

namespace Mobility.Parking;

/// <summary>
/// A box of cells of 1/200 degree (about 555 m by 440 m in Korea) that holds a circle. Rows are found by the numbers of
/// their cells, because row level security keeps PostgreSQL from using a spatial index.
/// </summary>
public readonly record struct GeoCells(int South, int West, int North, int East)
{
    /// <summary>Cells of a degree; the migrations compute cell_y and cell_x with the same number.</summary>
    public const int PerDegree = 200;

    /// <summary>A little less than any degree of latitude is long, so that the box never is too small.</summary>
    private const double MetersPerDegreeMin = 110_500;

    /// <summary>The cells that hold everything within the radius.</summary>
    public static GeoCells Around(double latitude, double longitude, double radiusMeters)
    {
        var tall = radiusMeters / MetersPerDegreeMin;
        var north = Math.Min(90, Math.Abs(latitude) + tall);
        // Near a pole a circle holds every longitude.
        var wide = north > 89 ? 360 : tall / Math.Cos(north * Math.PI / 180);
        return new(Cell(latitude - tall), Cell(longitude - wide), Cell(latitude + tall), Cell(longitude + wide));
    }

    /// <summary>The cells that a box touches.</summary>
    public static GeoCells Of(double south, double west, double north, double east) =>
        new(Cell(south), Cell(west), Cell(north), Cell(east));

    /// <summary>How many cells there are.</summary>
    public long Count => (North - South + 1L) * (East - West + 1L);

    /// <summary>The rows of cells, from south to north.</summary>
    public int[] Rows => [.. Enumerable.Range(South, North - South + 1)];

    /// <summary>The columns of cells, from west to east.</summary>
    public int[] Columns => [.. Enumerable.Range(West, East - West + 1)];

    private static int Cell(double degrees) => (int)Math.Floor(degrees * PerDegree);
}

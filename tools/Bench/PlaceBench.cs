using System.Diagnostics;
using System.Globalization;
using Mobility.Launcher;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Type.V1;

namespace Mobility.Bench;

/// <summary>
/// What Parking does with a big city: a feed of 100,000 vehicles in parts, 5,000 zones in memory, and lists by box over
/// many complaints; each with its time, and the memory of the process beside it.
/// </summary>
public static class PlaceBench
{
    private const int VehicleCount = 100_000;
    private const int ZoneCount = 5_000;
    private const int Asks = 500;
    private const int PageSize = 51;

    /// <summary>Complaints of a statement: well below the time that a statement may take.</summary>
    private const int Step = 20_000;

    /// <summary>A screen that waits longer feels slow.</summary>
    private const double MillisecondsGoal = 100;

    private const double MebibytesGoal = 300;

    /// <summary>Runs it and prints what came out; false when a goal is missed.</summary>
    public static async Task<bool> Run(BenchOptions options, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("mobility-bench-").FullName;
        // PostgreSQL runs as a user of its own when root starts it.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        try
        {
            var setup = new PostgresOptions(Path.Combine(folder, "postgres")) { Fsync = false };
            await using var server = await PrivatePostgres.StartAsync(setup);
            var database = await server.CreateDatabase("bench", ["postgis"]);
            await using var db = new Db(database, "parking", TimeProvider.System);
            using var quiet = LoggerFactory.Create(_ => { });
            var app = typeof(ParkingApp).Assembly;
            await Migrator.Run(db, app, TimeProvider.System, quiet.CreateLogger("bench"), default);
            await using var admin = Npgsql.NpgsqlDataSource.Create(server.AdminConnectionString);
            await Machine.WaitQuiet(output);
            await output.WriteLineAsync(await Machine.Describe(admin, 1));
            var foreign = ForeignWork.Begin();
            var fits = await Positions(db, output);
            fits &= await Zones(options.Root, output);
            fits &= await Lists(db, options.Complaints, output);
            await output.WriteLineAsync($"others used {foreign.Share():P0} of the machine");
            return fits;
        }
        finally
        {
            PrivatePostgres.Delete(Path.Combine(folder, "postgres"));
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The feed three times: all new, all where they were, one in ten moved.</summary>
    private static async Task<bool> Positions(Db db, TextWriter output)
    {
        var random = new Random(20260302);
        var feed = new FeedSample(VehicleCount, random);
        foreach (var round in (string[])["all new", "none moved", "a tenth moved"])
        {
            var now = TimeProvider.System.GetUtcNow();
            var parts = feed.Parts(now);
            var times = new List<double>();
            var taken = 0;
            foreach (var part in parts)
            {
                var start = Stopwatch.GetTimestamp();
                var file = PositionFile.Read(part, FeedSample.Client, now);
                taken += await db.InTransaction(FeedSample.Client.Id, tx => Put(tx, file), default);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            await Say(
                output,
                $"positions, {round}: {taken} in {parts.Count} parts, {times.Sum():F0} ms, a part <= {times.Max():F0}"
            );
            Verdict.Require(taken == VehicleCount ? [] : [$"{taken} positions were taken"]);
            feed.Move(10);
        }
        return await Memory("after the feed", output);
    }

    /// <summary>As the import does.</summary>
    private static async Task<int> Put(Tx tx, PositionFile file)
    {
        await VehiclePositions.KnownCount(tx, [.. file.Positions.Select(p => p.Code)]);
        await VehiclePositions.StaleCount(tx, file.Positions);
        await VehiclePositions.Put(tx, file.Positions);
        await VehiclePositions.DropForgotten(tx);
        return file.Positions.Count;
    }

    /// <summary>Real zones again and again until there are enough.</summary>
    private static async Task<bool> Zones(string root, TextWriter output)
    {
        var file = await File.ReadAllBytesAsync(Path.Combine(root, "tests/Data/dott-paris/geofencing_zones.json"));
        var zones = new List<IndexedZone>();
        while (zones.Count < ZoneCount)
        {
            zones.AddRange(ZoneSample.Paris(file).Take(ZoneCount - zones.Count));
        }
        var index = new ZoneIndex(zones, []);
        foreach (var point in ZoneSample.Points(ZoneSample.Paris(file), 10_000))
        {
            _ = index.At(point.Y, point.X);
        }
        var fits = await Memory($"with {index.Count} zones", output);
        GC.KeepAlive(index);
        return fits;
    }

    private static async Task<bool> Lists(Db db, int complaints, TextWriter output)
    {
        var vehicles = Enumerable.Range(1, 5_000).Select(n => new Guid(n, 7, 7, new byte[8])).ToArray();
        for (var first = 1; first <= complaints; first += Step)
        {
            var numbers = (first, Math.Min(first + Step - 1, complaints));
            await db.InTransaction(
                FeedSample.Client.Id,
                async tx =>
                {
                    await ComplaintSample.Add(tx, numbers, vehicles);
                    return 0;
                },
                default
            );
        }
        await db.InTransaction("*", tx => tx.Execute("ANALYZE complaints, complaint_vehicles"), default);
        var fits = true;
        foreach (var degrees in (double[])[0.0005, 0.005, 0.02, 0.03, 0.1])
        {
            fits &= await List(db, complaints, degrees, output);
        }
        return fits;
    }

    private static async Task<bool> List(Db db, int complaints, double degrees, TextWriter output)
    {
        var random = new Random(20260302);
        var times = new List<double>();
        var rows = 0;
        // The first few open connections and are thrown away.
        for (var n = -20; n < Asks; n++)
        {
            var asked = new ComplaintQuestion(Box: BoxAt(random, degrees)) { Limit = PageSize };
            var start = Stopwatch.GetTimestamp();
            var page = await db.InTransaction(FeedSample.Client.Id, tx => ComplaintList.Rows(tx, asked), default);
            if (n >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                rows += page.Count;
            }
        }
        times.Sort();
        var (p50, p99, max) = (times[Asks / 2], times[Asks * 99 / 100], times[^1]);
        await Say(
            output,
            $"{complaints} complaints, box {degrees}: {rows / Asks} rows, p50 {p50:F1}, p99 {p99:F1}, max {max:F1} ms"
        );
        return p99 <= MillisecondsGoal;
    }

    private static Box BoxAt(Random random, double degrees)
    {
        var south = ComplaintSample.South + (random.NextDouble() * ComplaintSample.Degrees);
        var west = ComplaintSample.West + (random.NextDouble() * ComplaintSample.Degrees);
        return new()
        {
            SouthWest = new LatLng { Latitude = south, Longitude = west },
            NorthEast = new LatLng { Latitude = south + degrees, Longitude = west + degrees },
        };
    }

    private static async Task<bool> Memory(string when, TextWriter output)
    {
        var line = Array.Find(
            await File.ReadAllLinesAsync("/proc/self/status"),
            l => l.StartsWith("VmHWM:", StringComparison.Ordinal)
        )!;
        var mebibytes = long.Parse(line.Split(' ')[^2], CultureInfo.InvariantCulture) / 1024.0;
        await Say(output, $"memory {when}: at most {mebibytes:F0} MiB so far; goal {MebibytesGoal}");
        return mebibytes <= MebibytesGoal;
    }

    private static Task Say(TextWriter output, FormattableString text) =>
        output.WriteLineAsync(text.ToString(CultureInfo.InvariantCulture));
}

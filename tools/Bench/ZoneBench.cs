using System.Diagnostics;
using Mobility.Launcher;
using Mobility.Parking;
using NetTopologySuite.Geometries;

namespace Mobility.Bench;

/// <summary>
/// Which zones cover a point: the index in memory against ST_Covers on one prepared connection. Both are asked in
/// turns, in rounds of one run, because a machine's speed changes from minute to minute; what counts is the ratio.
/// </summary>
public static class ZoneBench
{
    private const double Goal = 15;
    private const int PointCount = 100_000;

    /// <summary>Runs it and prints what came out; false when the goal is missed.</summary>
    public static async Task<bool> Run(BenchOptions options, TextWriter output)
    {
        var file = await File.ReadAllBytesAsync(
            Path.Combine(options.Root, "tests/Data/dott-paris/geofencing_zones.json")
        );
        var zones = ZoneSample.Paris(file);
        var points = ZoneSample.Points(zones, PointCount);
        var index = new ZoneIndex(zones, []);
        var folder = Directory.CreateTempSubdirectory("mobility-bench-").FullName;
        // PostgreSQL runs as a user of its own when root starts it.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        try
        {
            var setup = new PostgresOptions(Path.Combine(folder, "postgres")) { Fsync = false };
            await using var server = await PrivatePostgres.StartAsync(setup);
            await using var peer = await ZonePeer.Open(await server.CreateDatabase("bench", ["postgis"]), zones);
            await using var admin = Npgsql.NpgsqlDataSource.Create(server.AdminConnectionString);
            await output.WriteLineAsync(await Machine.Describe(admin, 1));
            await output.WriteLineAsync(
                $"{zones.Count} zones, {points.Count} points, rounds of {options.Length.TotalSeconds} s"
            );
            await AreEqual(index, points, peer, output);
            return await Measure(index, points, peer, options, output);
        }
        finally
        {
            PrivatePostgres.Delete(Path.Combine(folder, "postgres"));
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task AreEqual(
        ZoneIndex index,
        IReadOnlyList<Coordinate> points,
        ZonePeer peer,
        TextWriter output
    )
    {
        var expected = await peer.All(points);
        var wrong = 0;
        for (var n = 0; n < points.Count; n++)
        {
            var found = index.At(points[n].Y, points[n].X).Select(z => ZoneSample.Order(z.Id));
            wrong += found.SequenceEqual(expected[n]) ? 0 : 1;
        }
        await output.WriteLineAsync($"mismatches against PostGIS: {wrong}");
        Verdict.Require(wrong == 0 ? [] : [$"{wrong} answers differ from PostGIS"]);
    }

    private static async Task<bool> Measure(
        ZoneIndex index,
        IReadOnlyList<Coordinate> points,
        ZonePeer peer,
        BenchOptions options,
        TextWriter output
    )
    {
        var hits = points.Select(p => index.At(p.Y, p.X).Count).ToArray();
        Side[] sides =
        [
            new("index", length => Ask(p => Task.FromResult(index.At(p.Y, p.X).Count), points, hits, length)),
            new("ST_Covers", length => Ask(peer.Count, points, hits, length)),
        ];
        var ratio = (await Rounds.Summarize(sides, await Rounds.Run(sides, options, output), output))[0];
        return await Verdict.ReachedAtLeast("zones: index / ST_Covers", ratio, Goal, output);
    }

    /// <summary>One after another; times are means of 256 lookups, because the clock costs as much as one.</summary>
    /// <exception cref="VoidRunException">An answer was wrong.</exception>
    private static async Task<Rate> Ask(
        Func<Coordinate, Task<int>> count,
        IReadOnlyList<Coordinate> points,
        int[] hits,
        TimeSpan length
    )
    {
        const int step = 256;
        var times = new List<double>();
        var start = Stopwatch.GetTimestamp();
        for (var n = 0; Stopwatch.GetElapsedTime(start) < length; )
        {
            var asked = Stopwatch.GetTimestamp();
            for (var until = n + step; n < until; n++)
            {
                var at = n % points.Count;
                if (await count(points[at]) != hits[at])
                {
                    throw new VoidRunException($"point {at} is in another number of zones");
                }
            }
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds / step);
        }
        var perSecond = times.Count * step / Stopwatch.GetElapsedTime(start).TotalSeconds;
        times.Sort();
        return new Rate(perSecond, Percentiles.Of(times, 0.5), Percentiles.Of(times, 0.99));
    }
}

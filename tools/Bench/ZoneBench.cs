using System.Diagnostics;
using System.Globalization;
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

    /// <summary>Runs it and prints what came out; false when a result is wrong or the goal is missed.</summary>
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
            await output.WriteLineAsync(
                $"{zones.Count} zones, {points.Count} points, rounds of {options.Length.TotalSeconds} s"
            );
            return await AreEqual(index, points, peer, output)
                && await Measure(index, points, peer, (options.Rounds, options.Length), output);
        }
        finally
        {
            PrivatePostgres.Delete(Path.Combine(folder, "postgres"));
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> AreEqual(
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
        return wrong == 0;
    }

    private static async Task<bool> Measure(
        ZoneIndex index,
        IReadOnlyList<Coordinate> points,
        ZonePeer peer,
        (int Count, TimeSpan Length) rounds,
        TextWriter output
    )
    {
        var hits = points.Select(p => index.At(p.Y, p.X).Count).ToArray();
        var ratios = new List<double>();
        // Round 0 warms both up and is thrown away.
        for (var round = 0; round <= rounds.Count; round++)
        {
            var own = InMemory(p => index.At(p.Y, p.X).Count, points, hits, rounds.Length);
            var other = await OfPeer(peer, points, hits, rounds.Length);
            if (own is null || other is null)
            {
                await output.WriteLineAsync("a reply was wrong");
                return false;
            }
            ratios.Add(own.Value / other.Value);
            var name = round == 0 ? "warm-up" : round.ToString(CultureInfo.InvariantCulture);
            await output.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {name}: index {own:F0}/s, ST_Covers {other:F0}/s, ratio {ratios[^1]:F1}"
                )
            );
        }
        var measured = ratios.Skip(1).Order().ToList();
        var median = measured[measured.Count / 2];
        var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
        await output.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"ratio min {measured[0]:F1}, median {median:F1}, max {measured[^1]:F1}; goal {Goal}; load {load}"
            )
        );
        return median >= Goal;
    }

    /// <summary>Lookups a second; null when one was wrong.</summary>
    private static double? InMemory(
        Func<Coordinate, int> count,
        IReadOnlyList<Coordinate> points,
        int[] hits,
        TimeSpan length
    )
    {
        var start = Stopwatch.GetTimestamp();
        for (var n = 0; ; n++)
        {
            var at = n % points.Count;
            if (count(points[at]) != hits[at])
            {
                return null;
            }
            // The clock costs as much as a lookup: it is read now and then.
            if (n % 256 == 255 && Stopwatch.GetElapsedTime(start) is var elapsed && elapsed >= length)
            {
                return (n + 1) / elapsed.TotalSeconds;
            }
        }
    }

    /// <summary>The same of PostGIS.</summary>
    private static async Task<double?> OfPeer(
        ZonePeer peer,
        IReadOnlyList<Coordinate> points,
        int[] hits,
        TimeSpan length
    )
    {
        var start = Stopwatch.GetTimestamp();
        for (var n = 0; ; n++)
        {
            var at = n % points.Count;
            if (await peer.Count(points[at]) != hits[at])
            {
                return null;
            }
            if (n % 256 == 255 && Stopwatch.GetElapsedTime(start) is var elapsed && elapsed >= length)
            {
                return (n + 1) / elapsed.TotalSeconds;
            }
        }
    }
}

using System.Globalization;
using Mobility.Launcher;
using Mobility.Refunds;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>
/// Histories from seeds: real slices, handlers and jobs of Refunds on a real database, a clock that days pass on in
/// milliseconds, a gateway and a broker that fail. `./mobility soak --histories` plays more of them.
/// </summary>
public sealed class SimulatorTests
{
    private const int UsualCount = 300;

    /// <summary>Histories on one database at a time: two cores have no more to give.</summary>
    private const int AtOnce = 2;

    /// <summary>Histories that follow each other on one service: what it opens is paid for once.</summary>
    private const int InARow = 25;

    [Fact]
    public async Task Histories_of_every_seed_end_with_the_books_the_gateway_and_the_decisions_agreeing()
    {
        var (first, count) = (Number(HistorySoak.FirstVariable, 1), Number(HistorySoak.CountVariable, UsualCount));
        var database = await TestService.NewDatabase(new RefundsApp());
        await Parallel.ForEachAsync(
            Enumerable.Range(first, count).Chunk(InARow),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (seeds, _) =>
            {
                await using var service = await SimulatedService.Open(database, seeds.Select(ClientOf));
                foreach (var seed in seeds)
                {
                    await History.Play(service, ClientOf(seed), seed);
                }
            }
        );
    }

    /// <summary>Beside each other and in two orders, so that neither the machine nor what was played before has a part
    /// in it.</summary>
    [Fact]
    public async Task The_same_seed_is_the_same_history()
    {
        var database = await TestService.NewDatabase(new RefundsApp());
        int[] seeds = [7, 6, 21, 12];
        var plays = await Task.WhenAll(
            StepsOf(database, "once", seeds),
            StepsOf(database, "again", [.. seeds.Reverse()])
        );
        foreach (var seed in seeds)
        {
            Assert.True(plays[0][seed].Count > History.StepsMin);
            Assert.Equal(plays[0][seed], plays[1][seed]);
        }
    }

    private static async Task<Dictionary<int, IReadOnlyList<string>>> StepsOf(string database, string name, int[] seeds)
    {
        await using var service = await SimulatedService.Open(
            database,
            seeds.Select(seed => $"{ClientOf(seed)}-{name}")
        );
        var steps = new Dictionary<int, IReadOnlyList<string>>();
        foreach (var seed in seeds)
        {
            steps.Add(seed, await History.Play(service, $"{ClientOf(seed)}-{name}", seed));
        }
        return steps;
    }

    [Fact]
    public void The_soak_plays_a_test_that_there_is() => Assert.True(NamedTest.Exists(HistorySoak.Test));

    private static string ClientOf(int seed) => $"sim-{seed.ToString(CultureInfo.InvariantCulture)}";

    private static int Number(string variable, int usual) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : usual;
}

using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Mobility.Faults.V1;
using Mobility.Launcher;
using Mobility.Platform;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>Who comes late or stands still for a while gets every event, of real processes.</summary>
[Collection(JourneyCollection.Name)]
public sealed class HealingJourneyTests : IDisposable
{
    private const int Vehicles = 1_000;

    private readonly JourneyFolder folder = new();

    /// <summary>Who publishes and who hears it; the others have no part in it.</summary>
    private StackOptions Options =>
        new(Repository.Root, folder.Run) { Fsync = false, Parts = ["postgres", "sidecar", "faults", "parking"] };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_relay_that_stood_still_and_a_subscriber_that_starts_with_nothing_have_all_1000_events()
    {
        await folder.LayPostgres();
        await using (var before = await Stack.Start(Options))
        {
            await RegisterWhileTheRelayStandsStill(before);
            await JourneyEvents.AllTaken(before);
            Assert.Equal(Vehicles, await Count(before, "outbox"));
            Assert.Equal(0, before.State.Parts.Sum(part => part.Restarts));
            await AllAreInParking(before);
        }
        // The broker in memory forgot them with the sidecar, so all of them have to be asked for.
        await using (
            var server = await PrivatePostgres.StartAsync(new PostgresOptions(new RunFolder(folder.Run).Postgres))
        )
        {
            await server.DropDatabase("parking");
        }
        await using var stack = await Stack.Start(Options);
        await JourneyEvents.AllTaken(stack);
        await AllAreInParking(stack);
    }

    private static async Task RegisterWhileTheRelayStandsStill(Stack stack)
    {
        var pid = stack.State.Parts.Single(part => part.Name == "faults").Pid!.Value;
        var calls = Register(stack, 0, Vehicles);
        await Poll.Until(async () => await Count(stack, "outbox") > 40, what: "events in the outbox");
        Signals.Send(pid, Signals.Stop);
        var since = Stopwatch.GetTimestamp();
        await Poll.Until(
            () => Task.FromResult(Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(10)),
            what: "ten seconds"
        );
        Signals.Send(pid, Signals.Continue);
        await calls;
    }

    private static async Task AllAreInParking(Stack stack) =>
        Assert.Equal($"{Vehicles}", await JourneyEvents.Text(stack, "parking", "SELECT count(*)::text FROM vehicles"));

    private static async Task<long> Count(Stack stack, string table) =>
        long.Parse(await JourneyEvents.Text(stack, "faults", $"SELECT count(*)::text FROM {table}"), null);

    private static GrpcChannel Channel(Stack stack) => GrpcChannel.ForAddress(stack.State.Services["faults"].Grpc);

    /// <summary>Registers vehicles, eight at a time; who gets no answer asks again with the same request.</summary>
    private static async Task Register(Stack stack, int first, int count)
    {
        using var channel = Channel(stack);
        var faults = new FaultsService.FaultsServiceClient(channel);
        using var clock = new DevelopmentClock(stack.Run.Clock);
        var token = Token.Person("operator", Guid.CreateVersion7(), "gangneung-kick").Sign(stack.Run.IssuerKey, clock);
        var headers = new Metadata { { "authorization", $"Bearer {token}" } };
        await Parallel.ForEachAsync(
            Enumerable.Range(first, count),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (n, _) =>
            {
                var request = new RegisterVehicleRequest
                {
                    Parent = "clients/gangneung-kick",
                    Vehicle = new Vehicle { PrintedCode = $"LATE-{n:D4}", Product = "scooter" },
                    RequestId = new Guid($"019a0000-0000-7000-8000-00000000{n:x4}").ToString(),
                };
                await Poll.Until(
                    async () =>
                    {
                        try
                        {
                            await faults.RegisterVehicleAsync(request, headers);
                            return true;
                        }
                        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
                        {
                            return false;
                        }
                    },
                    TimeSpan.FromMinutes(2)
                );
            }
        );
    }
}

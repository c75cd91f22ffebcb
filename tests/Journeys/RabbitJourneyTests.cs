using Mobility.Faults.V1;
using Mobility.Launcher;
using Mobility.Platform;
using Mobility.Tests.Support;
using RabbitMQ.Client;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>A system whose broker is a RabbitMQ of its own.</summary>
public sealed class RabbitStack : JourneyStack
{
    protected override bool RabbitMq => true;
}

/// <summary>The weekend begins over RabbitMQ, and in the middle of it the broker forgets everything.</summary>
[Collection(JourneyCollection.Name)]
public sealed class RabbitJourneyTests(RabbitStack system) : IClassFixture<RabbitStack>
{
    private const string Client = "gangneung-kick";
    private const int Vehicles = 150;

    /// <summary>Who is frozen while its queue fills.</summary>
    private static readonly string[] Frozen = ["desk", "parking"];

    [Fact]
    public async Task A_broker_that_is_wiped_with_a_hundred_messages_in_a_queue_costs_delay_and_nothing_else()
    {
        Task<uint[]> wiping = Task.FromResult(Array.Empty<uint>());
        var (result, words) = await system.PlayDemo(
            JourneyStack.FirstHour,
            stepped =>
            {
                if (stepped == 27)
                {
                    wiping = Task.Run(FillAndWipe);
                }
            }
        );
        var queued = await wiping;
        Assert.Equal(Frozen.Length, queued.Length);
        Assert.All(queued, messages => Assert.InRange(messages, 100u, uint.MaxValue));
        // Every won, every event of the vehicles among them: published is applied.
        DemoLine.MustBeGood(result.LastLine, words);
        // What was in the queues was lost indeed: the publisher was asked for it again.
        var log = await File.ReadAllTextAsync(system.Run.Log("faults"));
        Assert.Contains("replaying ", log, StringComparison.Ordinal);
        Assert.Equal(1, Part("rabbitmq").Restarts);
        Assert.Equal(0, Part("sidecar").Restarts);
    }

    /// <summary>Freezes two services, lets their queues fill, and wipes the broker.</summary>
    /// <returns>How many messages lay in each frozen service's queue when the broker was wiped.</returns>
    private async Task<uint[]> FillAndWipe()
    {
        int[] pids = [.. Frozen.Select(name => Part(name).Pid!.Value)];
        try
        {
            Assert.All(pids, pid => Assert.True(Signals.Send(pid, Signals.Stop)));
            await RegisterVehicles();
            var queued = await Task.WhenAll(Frozen.Select(Filled));
            PrivateRabbit.Wipe(system.Run.Rabbit, Part("rabbitmq").Pid!.Value);
            return queued;
        }
        finally
        {
            Assert.All(pids, pid => Signals.Send(pid, Signals.Continue));
        }
    }

    private async Task RegisterVehicles()
    {
        using var clock = new DevelopmentClock(system.Run.Clock);
        using var wires = new DemoWires(system.Stack.State, system.Run, clock);
        var who = Token.Person("operator", Guid.CreateVersion7(clock.GetUtcNow()), Client);
        await Parallel.ForEachAsync(
            Enumerable.Range(1, Vehicles),
            async (n, token) =>
            {
                var request = new RegisterVehicleRequest
                {
                    Parent = $"clients/{Client}",
                    Vehicle = new Vehicle { PrintedCode = $"WIPED-{n}", Product = "scooter" },
                    RequestId = Guid.CreateVersion7(clock.GetUtcNow()).ToString(),
                };
                await wires.Call(wires.Faults.RegisterVehicleAsync, request, who, token);
            }
        );
    }

    /// <summary>Waits until the queue of a service that does not answer holds enough.</summary>
    private async Task<uint> Filled(string service)
    {
        var factory = new ConnectionFactory { Uri = system.Stack.Broker! };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var messages = 0u;
        await Poll.Until(
            async () => (messages = await channel.MessageCountAsync($"{service}-faults")) >= 100,
            what: $"a hundred messages in {service}-faults, there are {messages}"
        );
        return messages;
    }

    private PartState Part(string name) => system.Stack.State.Parts.Single(part => part.Name == name);
}

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Xunit;

namespace Mobility.Tests.Support;

/// <summary>
/// The broker between services of one test process: what one publishes is delivered to every other that hears its
/// topic, in order. The sidecar itself is the subject of other tests.
/// </summary>
public sealed class EventPump : IAsyncDisposable
{
    private readonly Dictionary<string, TestService> services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> hearers;
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentQueue<string> refused = new();
    private readonly FakeSidecar sidecar;
    private readonly SemaphoreSlim gate = new(1);
    private Task? running;

    private EventPump(FakeSidecar sidecar, Dictionary<string, string[]> hearers)
    {
        this.sidecar = sidecar;
        this.hearers = hearers;
    }

    /// <summary>What services use as Dapr's gRPC endpoint.</summary>
    public string Endpoint => sidecar.Endpoint;

    /// <summary>Starts a broker with topics, each with the names of the services that hear it.</summary>
    public static async Task<EventPump> Start(params (string Topic, string[] Hearers)[] topology) =>
        new(await FakeSidecar.Start(), topology.ToDictionary(t => t.Topic, t => t.Hearers, StringComparer.Ordinal));

    /// <summary>Adds a service that hears.</summary>
    public void Add(string name, TestService service) => services.Add(name, service);

    /// <summary>Delivers from now on.</summary>
    public void Run() => running = Task.Run(Pump);

    /// <summary>Delivers all that has been published so far, and what that leads to.</summary>
    public async Task Drain()
    {
        await gate.WaitAsync(end.Token);
        try
        {
            while (sidecar.Published.TryDequeue(out var envelope))
            {
                await Deliver(envelope);
            }
        }
        finally
        {
            gate.Release();
        }
        Assert.Empty(refused);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await (running ?? Task.CompletedTask);
        await sidecar.DisposeAsync();
        gate.Dispose();
        end.Dispose();
    }

    private async Task Pump()
    {
        try
        {
            while (true)
            {
                await sidecar.Arrived.WaitAsync(end.Token);
                await Drain();
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task Deliver(JsonObject envelope)
    {
        var topic = (string)envelope["topic"]!;
        foreach (var hearer in hearers.GetValueOrDefault(topic) ?? [])
        {
            using var reply = await services[hearer].Deliver(envelope);
            if (!reply.IsSuccessStatusCode)
            {
                refused.Enqueue($"{hearer} answered {(int)reply.StatusCode} to {envelope["type"]}");
            }
        }
    }
}

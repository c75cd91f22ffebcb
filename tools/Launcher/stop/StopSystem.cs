using System.Globalization;

namespace Mobility.Launcher;

/// <summary>A system of Refunds alone, with several processes of it over one database.</summary>
internal sealed class StopSystem : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly List<SupervisedChild> others = [];
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private StopSystem(Stack stack)
    {
        Stack = stack;
        Addresses = [stack.State.Services["refunds"].Grpc];
    }

    public Stack Stack { get; }

    /// <summary>The gRPC API of each process.</summary>
    public IReadOnlyList<string> Addresses { get; private set; }

    /// <summary>Starts the system, then the other processes; waits until all are ready.</summary>
    /// <exception cref="InvalidOperationException">A part did not get ready.</exception>
    public static async Task<StopSystem> Start(StackOptions options, int processes)
    {
        var stack = await Stack.Start(options with { Parts = ["postgres", "gateway", "sidecar", "refunds"] });
        var system = new StopSystem(stack);
        try
        {
            var (run, state) = (stack.Run, stack.State);
            var first = new StackParts(options, run, state.Ports).App("refunds", state.Services["refunds"].Database);
            for (var n = 2; n <= processes; n++)
            {
                system.Add(first, run, n);
            }
            await Task.WhenAll(system.others.Select(child => child.FirstReady)).WaitAsync(Patience);
            return system;
        }
        catch (TimeoutException e)
        {
            await system.DisposeAsync();
            throw new InvalidOperationException($"refunds does not get ready, see {stack.Run.Path}/logs", e);
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>The others first: the database goes last.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(others.Select(child => child.StopAsync()));
        await Stack.DisposeAsync();
        http.Dispose();
    }

    /// <summary>One more process: the same service under addresses of its own.</summary>
    private void Add(ChildSpec first, RunFolder run, int n)
    {
        var (grpc, web) = (Ports.Pick(), Ports.Pick());
        var name = $"refunds-{n}";
        var spec = first with
        {
            Name = name,
            LogFile = run.Log(name),
            Environment = new Dictionary<string, string?>(first.Environment, StringComparer.Ordinal)
            {
                ["MOBILITY_GRPC_PORT"] = grpc.ToString(CultureInfo.InvariantCulture),
                ["MOBILITY_HTTP_PORT"] = web.ToString(CultureInfo.InvariantCulture),
            },
        };
        var ready = new Uri($"http://127.0.0.1:{web}/readyz");
        others.Add(new SupervisedChild(spec, token => Ready(ready, token), _ => { }, TimeProvider.System));
        Addresses = [.. Addresses, $"http://127.0.0.1:{grpc}"];
    }

    private async Task Ready(Uri url, CancellationToken token)
    {
        while (!await Answers(url, token))
        {
            await Task.Delay(Pause, TimeProvider.System, token);
        }
    }

    private async Task<bool> Answers(Uri url, CancellationToken token)
    {
        try
        {
            using var reply = await http.GetAsync(url, token);
            return reply.IsSuccessStatusCode;
        }
        catch (Exception e)
            when (e is HttpRequestException || (e is OperationCanceledException && !token.IsCancellationRequested))
        {
            return false;
        }
    }
}

using System.Diagnostics;

namespace Mobility.Launcher;

/// <summary>The folder is in use by another launcher.</summary>
public sealed class AlreadyRunningException(string message) : Exception(message);

/// <summary>
/// One whole system: PostgreSQL, broker, gateway, sidecar, services, each started again when it dies. `./mobility up`
/// runs one in the foreground; a journey test starts a private one in a temp folder.
/// </summary>
public sealed class Stack : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly StackOptions options;
    private readonly RunFolder run;
    private readonly IDisposable guard;
    private readonly StackParts parts;
    private readonly IReadOnlyDictionary<string, int> ports;
    private readonly TimeProvider clock = TimeProvider.System;
    private readonly DateTimeOffset startTime;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly List<SupervisedChild> children = [];
    private readonly Dictionary<string, ServiceState> services = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private PrivatePostgres? postgres;
    private PrivateRabbit? rabbit;

    private Stack(StackOptions options, RunFolder run, IDisposable guard)
    {
        this.options = options;
        this.run = run;
        this.guard = guard;
        startTime = clock.GetUtcNow();
        ports = PickPorts(run.ReadState()?.Ports);
        parts = new StackParts(options, run, ports);
    }

    /// <summary>What runs where at this moment.</summary>
    public RunState State
    {
        get
        {
            lock (gate)
            {
                var now = children.Select(c => new PartState(
                    c.Name,
                    c.Pid,
                    parts.Addresses(c.Name),
                    c.Restarts,
                    c.State
                ));
                var known = services.ToDictionary(StringComparer.Ordinal);
                return new RunState(Environment.ProcessId, startTime, ports, parts.GatewayUrl, known, [.. now]);
            }
        }
    }

    /// <summary>Folder of this system: its secrets and the issuer's key.</summary>
    public RunFolder Run => run;

    /// <summary>The server of this system; null when it was started without one.</summary>
    public PrivatePostgres? Postgres => postgres;

    /// <summary>Address of RabbitMQ; null when the broker is in memory.</summary>
    public Uri? Broker => rabbit?.Connection;

    /// <summary>Starts a system and waits until every part is ready, at most 60 s.</summary>
    /// <exception cref="AlreadyRunningException">Another process runs one in this folder.</exception>
    /// <exception cref="InvalidOperationException">A part did not get ready; the message shows the end of its
    /// log.</exception>
    public static async Task<Stack> Start(StackOptions options, CancellationToken token = default)
    {
        var folder = new RunFolder(options.RunFolder);
        Directory.CreateDirectory(folder.Path);
        var taken =
            folder.TryLock()
            ?? throw new AlreadyRunningException(
                $"already running in {folder.Path}, pid {folder.ReadState()?.LauncherPid}"
            );
        Stack? stack = null;
        try
        {
            folder.Prepare(options.ClientsFile);
            stack = new Stack(options, folder, taken);
            await stack.StartParts(token);
            stack.Save();
            return stack;
        }
        catch
        {
            await (stack?.DisposeAsync() ?? ValueTask.CompletedTask);
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Stops all in good order: services, sidecar, gateway and broker, PostgreSQL.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopWhere(name => StackOptions.DatabaseNames.Contains(name, StringComparer.Ordinal));
        await StopWhere(name => name is not ("gateway" or "postgres" or "rabbitmq" or "epmd"));
        await StopWhere(name => name is "gateway" or "rabbitmq");
        await StopWhere(_ => true);
        await (postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
        TrySave();
        http.Dispose();
        guard.Dispose();
    }

    private async Task StopWhere(Func<string, bool> name) =>
        await Task.WhenAll(children.Where(child => name(child.Name)).Select(child => child.StopAsync()));

    private async Task StartParts(CancellationToken token)
    {
        IReadOnlyList<SupervisedChild> broker = options.RabbitMq && Wants("sidecar") ? [await StartBroker(token)] : [];
        if (Wants("postgres"))
        {
            var setup = new PostgresOptions(run.Postgres)
            {
                Port = ports["postgres"],
                Fsync = options.Fsync,
                LogFile = run.Log("postgres"),
            };
            postgres = await PrivatePostgres.Prepare(setup, token);
            await AllReady([Supervise(postgres.Server, postgres.WaitReady)], token);
            foreach (var name in StackOptions.DatabaseNames)
            {
                var database = await postgres.CreateDatabase(name, StackOptions.ExtensionsOf(name), token);
                lock (gate)
                {
                    services[name] = parts.Service(name, database);
                }
            }
        }
        // The sidecar ends at once where there is no broker, as daprd does.
        await AllReady(broker, token);
        List<ChildSpec> rest = Wants("gateway") ? [parts.Gateway()] : [];
        rest.AddRange(Wants("sidecar") ? parts.Sidecars(rabbit?.Connection) : []);
        rest.AddRange(services.Where(s => Wants(s.Key)).Select(s => parts.App(s.Key, s.Value.Database)));
        await AllReady([.. rest.Select(spec => Supervise(spec, t => WaitUrls(parts.ReadyUrls(spec.Name), t)))], token);
    }

    private async Task<SupervisedChild> StartBroker(CancellationToken token)
    {
        run.PrepareResources(options.ResourcesFolder);
        var setup = new RabbitOptions(run.Rabbit)
        {
            Ports = [.. StackParts.RabbitPortNames.Select(name => ports[name])],
            LogOf = run.Log,
        };
        rabbit = await PrivateRabbit.Prepare(setup, token);
        await AllReady([Supervise(rabbit.Names, rabbit.NamesReady)], token);
        return Supervise(rabbit.Server, rabbit.ServerReady);
    }

    private bool Wants(string part) => options.Parts.Contains(part, StringComparer.Ordinal);

    private SupervisedChild Supervise(ChildSpec spec, Func<CancellationToken, Task> ready)
    {
        var child = new SupervisedChild(spec, ready, OnChange, clock, options.LongestRestartWait);
        lock (gate)
        {
            children.Add(child);
        }
        return child;
    }

    private void OnChange(string words)
    {
        TrySave();
        options.Say(words);
    }

    /// <summary>Where the disk is full the parts are supervised and stopped all the same.</summary>
    private void TrySave()
    {
        try
        {
            Save();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            options.Say($"what runs where is not written down: {e.Message}");
        }
    }

    private void Save()
    {
        lock (gate)
        {
            run.WriteState(State);
        }
    }

    private async Task AllReady(IReadOnlyList<SupervisedChild> waiting, CancellationToken token)
    {
        var start = Stopwatch.GetTimestamp();
        var all = Task.WhenAll(waiting.Select(child => child.FirstReady));
        while (!all.IsCompleted)
        {
            var late = Stopwatch.GetElapsedTime(start) > Patience;
            var failed = waiting.FirstOrDefault(c => !c.FirstReady.IsCompleted && (late || c.Restarts >= 3));
            if (failed is not null)
            {
                throw new InvalidOperationException($"{failed.Name} does not get ready\n{EndOf(failed.LogFile)}");
            }
            await Task.WhenAny(all, Task.Delay(TimeSpan.FromMilliseconds(100), clock, token));
            token.ThrowIfCancellationRequested();
        }
    }

    private async Task WaitUrls(IReadOnlyList<string> urls, CancellationToken token)
    {
        foreach (var url in urls)
        {
            while (!await Answers(url, token))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock, token);
            }
        }
    }

    private async Task<bool> Answers(string url, CancellationToken token)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(url), token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e)
            when (e is HttpRequestException || (e is OperationCanceledException && !token.IsCancellationRequested))
        {
            return false;
        }
    }

    private static string EndOf(string? log) =>
        log is not null && File.Exists(log)
            ? $"{log}:\n{string.Join('\n', File.ReadLines(log).TakeLast(20))}"
            : "it wrote no log";

    /// <summary>The ports of the last run where still free, so that a bookmark or a script keeps working.</summary>
    private static Dictionary<string, int> PickPorts(IReadOnlyDictionary<string, int>? last)
    {
        var kept = StackParts
            .PortNames.Where(name => last is not null && last.TryGetValue(name, out var port) && Ports.IsFree(port))
            .ToDictionary(name => name, name => last![name], StringComparer.Ordinal);
        var missing = StackParts.PortNames.Where(name => !kept.ContainsKey(name)).ToList();
        var picked = kept.Count == 0 ? Ports.PickBlock(missing.Count) : Ports.Pick(missing.Count);
        foreach (var (name, port) in missing.Zip(picked))
        {
            kept[name] = port;
        }
        return kept;
    }
}

using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Console;
using Mobility.Sidecar.Broker;
using Mobility.Sidecar.Options;
using Mobility.Sidecar.Resources;

namespace Mobility.Sidecar;

/// <summary>Reads the command line and resources, runs every app id, and stops them together.</summary>
public static class SidecarHost
{
    /// <summary>The process, with its environment, console and signals. Returns 0 after an ordered end, 1 when
    /// something was wrong at the start or failed later.</summary>
    public static async Task<int> Run(string[] args)
    {
        if (args.Any(arg => arg.TrimStart('-') is "help" or "h"))
        {
            Console.WriteLine(Help.Text());
            return 0;
        }
        if (args.Any(arg => arg is "--version" or "-version"))
        {
            Console.WriteLine(Api.AppState.RuntimeVersion);
            return 0;
        }
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using ILoggerFactory loggers = LoggerFactory.Create(ConfigureLogging);
        return await Run(args, SidecarSettings.OfProcess(), loggers, Console.Error, stop.Token);

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>What the process does between its start and its signal. When it returns, every port and every
    /// connection is closed, also after a failed start.</summary>
    /// <param name="errors">Is told why it does not start.</param>
    public static async Task<int> Run(
        IReadOnlyList<string> args,
        SidecarSettings settings,
        ILoggerFactory loggers,
        TextWriter errors,
        CancellationToken stop
    )
    {
        var problems = new Problems();
        var notices = new List<string>();
        IReadOnlyList<AppOptions> apps = CommandLine.Parse(args, problems);
        ResourceSet[] resources =
        [
            .. apps.Select(app =>
                ResourceSet.Load(app.AppId, app.ResourcePaths, app.ConfigFiles, settings.Namespace, problems, notices)
            ),
        ];
        if (problems.All.Count > 0)
            return Refuse(problems, errors);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var environment = new SidecarEnvironment(settings, TimeProvider.System, loggers, ending.Cancel);
        AppRuntime[] runtimes = [.. apps.Zip(resources, (app, set) => new AppRuntime(app, set, environment))];
        foreach (string notice in notices)
            Log.Notice(loggers.CreateLogger("sidecar"), notice);
        return await Run(runtimes, errors, ending.Token);
    }

    private static async Task<int> Run(AppRuntime[] runtimes, TextWriter errors, CancellationToken stop)
    {
        bool refused = false;
        bool[] ordered;
        try
        {
            foreach (AppRuntime runtime in runtimes)
                await runtime.Connect(stop);
            foreach (AppRuntime runtime in runtimes)
                await runtime.Start();
            await WaitFor(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop before everything had started.
        }
        catch (IOException error)
        {
            await errors.WriteLineAsync($"error: {error.Message}");
            refused = true;
        }
        finally
        {
            ordered = await Task.WhenAll(runtimes.Select(runtime => runtime.Stop()));
        }
        return !refused && ordered.All(ok => ok) ? 0 : 1;
    }

    /// <summary>Which lines are worth a log.</summary>
    public static ILoggingBuilder Levels(ILoggingBuilder logging) =>
        logging
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Grpc", LogLevel.Warning);

    private static void ConfigureLogging(ILoggingBuilder logging)
    {
        Levels(logging)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
    }

    private static async Task WaitFor(CancellationToken token)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = token.Register(() => ended.TrySetResult());
        await ended.Task;
    }

    private static int Refuse(Problems problems, TextWriter errors)
    {
        foreach (string problem in problems.All)
            errors.WriteLine($"error: {problem}");
        errors.WriteLine($"The sidecar does not start: {problems.All.Count} errors. --help lists the flags.");
        return 1;
    }
}

/// <summary>What daprd takes from its environment rather than from flags; each may be null.</summary>
/// <param name="DaprApiToken">What callers of the APIs must show.</param>
/// <param name="AppApiToken">What the applications are shown.</param>
/// <param name="Namespace">Of the process; resources of other namespaces are not looked at.</param>
public sealed record SidecarSettings(string? DaprApiToken = null, string? AppApiToken = null, string? Namespace = null)
{
    /// <summary>Those of this process.</summary>
    public static SidecarSettings OfProcess() =>
        new(Setting("DAPR_API_TOKEN"), Setting("APP_API_TOKEN"), Setting("NAMESPACE"));

    private static string? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

/// <summary>What the app ids of the process share.</summary>
public sealed record SidecarEnvironment(
    SidecarSettings Settings,
    TimeProvider Clock,
    ILoggerFactory Loggers,
    Action Shutdown
)
{
    private readonly ConcurrentDictionary<string, InMemoryBroker> _inMemory = new(StringComparer.Ordinal);

    /// <summary>The one broker behind every app's component of that name.</summary>
    public InMemoryBroker InMemory(string component) => _inMemory.GetOrAdd(component, _ => new InMemoryBroker(Clock));
}

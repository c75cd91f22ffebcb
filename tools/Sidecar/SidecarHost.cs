using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Console;
using Mobility.Sidecar.Broker;
using Mobility.Sidecar.Options;
using Mobility.Sidecar.Resources;

namespace Mobility.Sidecar;

/// <summary>The process: reads the command line and resources, runs every app id, and stops them together.</summary>
public static class SidecarHost
{
    /// <summary>Returns 0 after an ordered end, 1 when something was wrong at the start or failed later.</summary>
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
        var problems = new Problems();
        var notices = new List<string>();
        IReadOnlyList<AppOptions> apps = CommandLine.Parse(args, problems);
        string? processNamespace = Setting("NAMESPACE");
        ResourceSet[] resources =
        [
            .. apps.Select(app =>
                ResourceSet.Load(app.AppId, app.ResourcePaths, app.ConfigFiles, processNamespace, problems, notices)
            ),
        ];
        if (problems.All.Count > 0)
            return Refuse(problems);
        return await RunApps(apps, resources, notices);
    }

    private static async Task<int> RunApps(
        IReadOnlyList<AppOptions> apps,
        ResourceSet[] resources,
        List<string> notices
    )
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using ILoggerFactory loggers = LoggerFactory.Create(ConfigureLogging);
        var environment = new SidecarEnvironment(
            Setting("DAPR_API_TOKEN"),
            Setting("APP_API_TOKEN"),
            TimeProvider.System,
            loggers,
            stop.Cancel
        );
        AppRuntime[] runtimes = [.. apps.Zip(resources, (app, set) => new AppRuntime(app, set, environment))];
        foreach (string notice in notices)
            Log.Notice(loggers.CreateLogger("sidecar"), notice);
        try
        {
            foreach (AppRuntime runtime in runtimes)
                await runtime.Connect(stop.Token);
            foreach (AppRuntime runtime in runtimes)
                await runtime.Start();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (IOException error)
        {
            Console.Error.WriteLine($"error: {error.Message}");
            return 1;
        }
        await WaitFor(stop.Token);
        bool[] ordered = await Task.WhenAll(runtimes.Select(runtime => runtime.Stop()));
        return ordered.All(ok => ok) ? 0 : 1;

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static void ConfigureLogging(ILoggingBuilder logging)
    {
        logging
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Grpc", LogLevel.Warning);
        logging.AddSimpleConsole(console =>
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

    private static int Refuse(Problems problems)
    {
        foreach (string problem in problems.All)
            Console.Error.WriteLine($"error: {problem}");
        Console.Error.WriteLine($"The sidecar does not start: {problems.All.Count} errors. --help lists the flags.");
        return 1;
    }

    private static string? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

/// <summary>What the app ids of the process share.</summary>
public sealed record SidecarEnvironment(
    string? DaprApiToken,
    string? AppApiToken,
    TimeProvider Clock,
    ILoggerFactory Loggers,
    Action Shutdown
)
{
    private readonly ConcurrentDictionary<string, InMemoryBroker> _inMemory = new(StringComparer.Ordinal);

    /// <summary>The one broker behind every app's component of that name.</summary>
    public InMemoryBroker InMemory(string component) => _inMemory.GetOrAdd(component, _ => new InMemoryBroker(Clock));
}

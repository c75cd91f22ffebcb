using Microsoft.Extensions.Logging;
using Mobility.Sidecar;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>
/// The sidecar inside the test's process: the flags, resources and ports of a process, without its console and signals.
/// It ends with the test, which fails when it did not end in good order.
/// </summary>
public sealed class HostedSidecar : TestSidecar
{
    private readonly LogKeeper logs = new();
    private readonly ILoggerFactory loggers;
    private readonly StringWriter errors = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Task<int> running;

    internal HostedSidecar(string resources, int? appPort, IReadOnlyList<string>? flags, SidecarSettings settings)
        : base(resources, appPort, flags)
    {
        loggers = LoggerFactory.Create(logging => SidecarHost.Levels(logging).AddProvider(logs));
        // On the pool, as in a process, and not in turn with the tests.
        running = Task.Run(() => SidecarHost.Run(Args, settings, loggers, errors, stop.Token));
    }

    public override IReadOnlyCollection<string> LogLines => logs.Lines;

    protected override bool HasEnded => running.IsCompleted;

    public override async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        int code = await running.WaitAsync(Patience);
        loggers.Dispose();
        stop.Dispose();
        Http.Dispose();
        // Error lines of its own are about messages; those of the server below it are about requests that it failed.
        bool failed = logs.Errors.Any(line => !line.StartsWith("sidecar.", StringComparison.Ordinal));
        Assert.False(code != 0 || failed, $"The sidecar ended with {code}.\n{errors}{string.Join('\n', logs.Lines)}");
    }
}

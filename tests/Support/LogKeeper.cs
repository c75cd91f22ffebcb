using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mobility.Tests.Support;

/// <summary>Keeps what a service logs.</summary>
internal sealed class LogKeeper : ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = new();
    public ConcurrentQueue<string> Errors { get; } = new();

    public ILogger CreateLogger(string categoryName) => new LogKeeperLogger(categoryName, this);

    /// <summary>The error lines since the last time.</summary>
    public IReadOnlyList<string> TakeErrors()
    {
        var taken = new List<string>();
        while (Errors.TryDequeue(out var line))
        {
            taken.Add(line);
        }
        return taken;
    }

    public void Dispose() { }
}

internal sealed class LogKeeperLogger(string category, LogKeeper keeper) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        var line = $"{category} {logLevel} {formatter(state, exception)} {exception}";
        keeper.Lines.Enqueue(line);
        if (logLevel >= LogLevel.Error)
        {
            keeper.Errors.Enqueue(line);
        }
    }
}

using Mobility.Sidecar.Broker;
using Mobility.Sidecar.Options;

namespace Mobility.Sidecar.Delivery;

/// <summary>
/// Faults on purpose, asked for by --test-deliver and never otherwise: they show that a consumer copes with what a
/// broker may do. One instance per worker of a subscription; the seed makes its choices repeatable.
/// </summary>
public sealed class TestFaults(TestFaultOptions options, TimeProvider clock)
{
    private const int Window = 4;
    private const int DropOneIn = 10;
    private const int LongestDelayMilliseconds = 200;
    private static readonly TimeSpan WindowWait = TimeSpan.FromMilliseconds(50);

#pragma warning disable CA5394 // The randomness decides which message is late in a test, nothing more.
    private readonly Random _random = new(options.Seed);
    private Queue<Taken> _window = [];

    /// <summary>True when an accepted message is to be delivered once more.</summary>
    public bool Twice => options.Kinds.HasFlag(TestFaultKinds.Twice);

    /// <summary>True when this message is to be lost.</summary>
    public bool Drops() => options.Kinds.HasFlag(TestFaultKinds.Drop) && _random.Next(DropOneIn) == 0;

    /// <summary>Waits, if delays are asked for.</summary>
    public Task Delay(CancellationToken token) =>
        options.Kinds.HasFlag(TestFaultKinds.Delay)
            ? Task.Delay(TimeSpan.FromMilliseconds(_random.Next(LongestDelayMilliseconds + 1)), clock, token)
            : Task.CompletedTask;

    /// <summary>True when a message taken from the queue still waits for its changed turn.</summary>
    public bool HoldsMessage => _window.Count > 0;

    /// <summary>Takes the oldest message; with reordering, the next of a shuffled window of the oldest four. Null when
    /// another worker was quicker.</summary>
    public async Task<Taken?> Take(IMessageSource source, CancellationToken token)
    {
        if (!options.Kinds.HasFlag(TestFaultKinds.Reorder))
            return source.TryTake();
        if (_window.Count == 0)
        {
            if (source.Waiting < Window)
                await Task.Delay(WindowWait, clock, token);
            Taken[] taken = [.. Enumerable.Range(0, Window).Select(_ => source.TryTake()).OfType<Taken>()];
            _random.Shuffle(taken);
            _window = new Queue<Taken>(taken);
        }
        return _window.TryDequeue(out Taken? next) ? next : null;
    }
#pragma warning restore CA5394
}

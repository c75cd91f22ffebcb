using Mobility.Sidecar.Resources;
using RabbitMQ.Client;

namespace Mobility.Sidecar.Broker;

/// <summary>
/// The connection of one app id to its broker, made anew whenever it or the channel of a subscription is lost. A new
/// one is handed out only when every queue of the app stands on it: a broker that was wiped would otherwise take
/// messages and drop them, because nothing is bound yet.
/// </summary>
public sealed class RabbitLink(RabbitSettings settings, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    private readonly List<RabbitSource> _sources = [];
    private readonly CancellationTokenSource _closing = new();
    private TaskCompletionSource<IConnection> _connected = NewSignal<IConnection>();
    private TaskCompletionSource<string> _lost = NewSignal<string>();
    private IConnection? _connection;
    private Task _keeping = Task.CompletedTask;

    /// <summary>The connection, as soon as there is one.</summary>
    public Task<IConnection> Connected => Volatile.Read(ref _connected).Task;

    /// <summary>Only before <see cref="Open"/>.</summary>
    public void Add(RabbitSource source) => _sources.Add(source);

    /// <summary>The first connection; afterwards a lost one is replaced without being asked for.</summary>
    public async Task Open(CancellationToken token)
    {
        await Connect(token);
        _keeping = Keep();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _keeping;
        await Discard();
        _closing.Dispose();
    }

    private async Task Connect(CancellationToken token)
    {
        // A loss while the queues are declared belongs to this connection already.
        var lost = NewSignal<string>();
        var factory = new ConnectionFactory
        {
            Uri = settings.Connection,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = Heartbeat,
            RequestedConnectionTimeout = Patience,
            ContinuationTimeout = Patience,
            ClientProvidedName = settings.ClientName.Length > 0 ? settings.ClientName : null,
        };
        IConnection connection = await factory.CreateConnectionAsync(token);
        try
        {
            connection.ConnectionShutdownAsync += (_, reason) =>
            {
                lost.TrySetResult(reason.ReplyText);
                return Task.CompletedTask;
            };
            foreach (RabbitSource source in _sources)
                await source.Attach(connection, reason => lost.TrySetResult(reason), token);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
        _connection = connection;
        _lost = lost;
        Volatile.Read(ref _connected).TrySetResult(connection);
    }

    private async Task Keep()
    {
        try
        {
            while (true)
            {
                string reason = await _lost.Task.WaitAsync(_closing.Token);
                Log.BrokerLost(logger, reason.ReplaceLineEndings(" "));
                Volatile.Write(ref _connected, NewSignal<IConnection>());
                await Discard();
                await ConnectAgain();
                Log.BrokerBack(logger);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Closed by DisposeAsync.
        }
    }

    private async Task ConnectAgain()
    {
        for (TimeSpan wait = FirstWait; ; wait = wait + FirstWait < LongestWait ? wait + FirstWait : LongestWait)
        {
            try
            {
                await Connect(_closing.Token);
                return;
            }
            catch (Exception error) when (RabbitErrors.Are(error) && !_closing.IsCancellationRequested)
            {
                Log.BrokerAway(logger, RabbitErrors.Words(error));
            }
            await Task.Delay(wait, clock, _closing.Token);
        }
    }

    private async Task Discard()
    {
        if (_connection is not { } connection)
            return;
        _connection = null;
        try
        {
            // In good order: what the subscriptions last answered is read before the end.
            await connection.CloseAsync(Constants.ReplySuccess, "closed", LongestWait, abort: true);
        }
        catch (Exception error) when (RabbitErrors.Are(error))
        {
            // It was lost, which is why it is discarded.
        }
        await connection.DisposeAsync();
    }

    private static TaskCompletionSource<T> NewSignal<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

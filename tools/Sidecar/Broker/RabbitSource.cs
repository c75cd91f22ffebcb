using System.Threading.Channels;
using Mobility.Sidecar.Delivery;
using Mobility.Sidecar.Events;
using Mobility.Sidecar.Resources;
using RabbitMQ.Client;

namespace Mobility.Sidecar.Broker;

/// <summary>
/// One subscription's queue on the broker. At most the prefetch lies here unanswered; while the application is away it
/// is handed back, so that another sidecar of the same app id can have it.
/// </summary>
public sealed class RabbitSource(RabbitSettings settings, Subscription subscription, TimeProvider clock, ILogger logger)
    : IMessageSource,
        IDisposable
{
    private readonly RabbitLayout _layout = new(settings, subscription);
    private readonly Channel<RabbitTaken> _here = Channel.CreateUnbounded<RabbitTaken>();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _lock = new();
    private IChannel? _channel;
    private Action<string> _lost = _ => { };
    private string? _tag;
    private bool _wanted;

    public int Workers => settings.Parallel ? settings.PrefetchCount : 1;

    public int Waiting => _here.Reader.Count;

    public Task WaitForMessage(CancellationToken token) => _here.Reader.WaitToReadAsync(token).AsTask();

    public Taken? TryTake() => _here.Reader.TryRead(out RabbitTaken? taken) ? taken : null;

    /// <summary>Declares the queue on a new connection and, if the application is there, begins to consume.</summary>
    /// <param name="lost">Told when the channel or the consumer ends without being asked to.</param>
    public async Task Attach(IConnection connection, Action<string> lost, CancellationToken token)
    {
        IChannel channel = await connection.CreateChannelAsync(cancellationToken: token);
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            if (reason.Initiator != ShutdownInitiator.Application)
                lost(reason.ReplyText);
            return Task.CompletedTask;
        };
        await _layout.Declare(channel, token);
        await channel.BasicQosAsync(0, settings.PrefetchCount, global: false, token);
        await _turn.WaitAsync(token);
        try
        {
            // What the last connection brought is at the broker again and comes a second time.
            lock (_lock)
            {
                while (_here.Reader.TryRead(out _)) { }
                _channel = channel;
            }
            _lost = lost;
            _tag = null;
            if (_wanted)
                await Consume(channel, token);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task Run(AppGate gate, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await gate.WaitUntilOpen(stopping);
                await Resume(stopping);
                await gate.WaitUntilClosed(stopping);
                await Pause();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Pause();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task Resume(CancellationToken token)
    {
        await _turn.WaitAsync(token);
        try
        {
            lock (_lock)
                _wanted = true;
            if (_channel is { IsOpen: true } channel)
                await Consume(channel, token);
        }
        catch (Exception error) when (RabbitErrors.Are(error) && !token.IsCancellationRequested)
        {
            // The channel ended just now: the link makes a new one, which begins to consume by itself.
            Log.BrokerAway(logger, RabbitErrors.Words(error));
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task Pause()
    {
        await _turn.WaitAsync();
        try
        {
            lock (_lock)
                _wanted = false;
            if (_tag is { } tag && _channel is { IsOpen: true } channel)
                await channel.BasicCancelAsync(tag);
            while (_here.Reader.TryRead(out RabbitTaken? taken))
                await taken.GiveBack();
        }
        catch (Exception error) when (RabbitErrors.Are(error))
        {
            // Nothing is left to hand back: with the channel everything went to the broker.
            Log.BrokerAway(logger, RabbitErrors.Words(error));
        }
        finally
        {
            _tag = null;
            _turn.Release();
        }
    }

    private async Task Consume(IChannel channel, CancellationToken token)
    {
        _tag = _layout.NewConsumerTag(clock.GetUtcNow());
        await channel.BasicConsumeAsync(_layout.Queue, autoAck: false, _tag, new Arrivals(this, channel), token);
    }

    private Task Receive(IChannel channel, ulong deliveryTag, byte[] body)
    {
        (Message message, string? unreadable) = RabbitMessage.Read(body);
        var taken = new RabbitTaken(message, unreadable, channel, deliveryTag, RejectAs(unreadable), logger);
        lock (_lock)
        {
            if (_channel != channel)
                return Task.CompletedTask;
            if (_wanted)
            {
                _here.Writer.TryWrite(taken);
                return Task.CompletedTask;
            }
        }
        return taken.GiveBack();
    }

    // What nobody can read would come back for ever.
    private RabbitRejection RejectAs(string? unreadable) =>
        settings.RequeueInFailure && unreadable is null ? new RabbitRejection(true, "back in its queue")
        : settings.EnableDeadLetter ? new RabbitRejection(false, $"in {_layout.DeadLetterQueue}")
        : new RabbitRejection(false, "gone");

    private sealed class Arrivals(RabbitSource source, IChannel channel) : AsyncDefaultBasicConsumer(channel)
    {
        // The client uses the memory of the body again as soon as this returns.
        public override Task HandleBasicDeliverAsync(
            string consumerTag,
            ulong deliveryTag,
            bool redelivered,
            string exchange,
            string routingKey,
            IReadOnlyBasicProperties properties,
            ReadOnlyMemory<byte> body,
            CancellationToken cancellationToken = default
        ) => source.Receive(Channel, deliveryTag, body.ToArray());

        // The queue was deleted: it is declared and bound again with a new connection.
        public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
        {
            source._lost($"the queue of {consumerTag} was deleted");
            return Task.CompletedTask;
        }
    }
}

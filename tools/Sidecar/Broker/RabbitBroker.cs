using Mobility.Sidecar.Events;
using Mobility.Sidecar.Resources;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Mobility.Sidecar.Broker;

/// <summary>The broker behind a pubsub.rabbitmq component. A message counts as published when the broker confirmed that
/// it is on its disk.</summary>
public sealed class RabbitBroker : IBroker
{
    /// <summary>How long a publisher waits for a broker that is away: its own retries take over then.</summary>
    private static readonly TimeSpan LinkWait = TimeSpan.FromSeconds(5);

    /// <summary>A broker that is short of memory or disk takes messages in and confirms none.</summary>
    private static readonly TimeSpan ConfirmWait = TimeSpan.FromSeconds(10);

    private readonly PubSubComponent _component;
    private readonly RabbitSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly RabbitLink _link;
    private readonly List<RabbitSource> _sources = [];
    private readonly SemaphoreSlim _turn = new(1);
    private readonly HashSet<string> _exchanges = new(StringComparer.Ordinal);
    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>Connects to nothing yet.</summary>
    /// <param name="component">Of type pubsub.rabbitmq.</param>
    public RabbitBroker(PubSubComponent component, TimeProvider clock, ILogger logger)
    {
        _component = component;
        _settings = component.Rabbit!;
        _clock = clock;
        _logger = logger;
        _link = new RabbitLink(_settings, clock, logger);
    }

    public IMessageSource Subscribe(Subscription subscription, ILogger logger)
    {
        var source = new RabbitSource(_settings, subscription, _clock, logger);
        _sources.Add(source);
        _link.Add(source);
        return source;
    }

    public async Task Connect(CancellationToken token)
    {
        try
        {
            await _link.Open(token);
        }
        catch (Exception error) when (RabbitErrors.Are(error) && !token.IsCancellationRequested)
        {
            throw new IOException($"component {_component.Name}: the broker: {RabbitErrors.Words(error)}", error);
        }
    }

    public async Task<string?> Publish(string topic, Message message, CancellationToken token)
    {
        using var patience = new CancellationTokenSource(ConfirmWait, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, token);
        try
        {
            IConnection connection = await _link.Connected.WaitAsync(LinkWait, _clock, token);
            IChannel channel = await ChannelFor(connection, topic, either.Token);
            string routingKey = message.Metadata.GetValueOrDefault("routingKey", "");
            BasicProperties properties = RabbitMessage.Properties(message.Metadata);
            // Not mandatory, like daprd's: a topic that nobody subscribes takes messages and keeps none.
            await channel.BasicPublishAsync(
                topic,
                routingKey,
                mandatory: false,
                properties,
                message.Body,
                either.Token
            );
            return null;
        }
        catch (PublishException)
        {
            return "the broker refused the message";
        }
        catch (Exception error) when (RabbitErrors.Are(error) && !token.IsCancellationRequested)
        {
            return patience.IsCancellationRequested
                ? "the broker confirmed nothing in time"
                : RabbitErrors.Words(error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        foreach (RabbitSource source in _sources)
            source.Dispose();
        _turn.Dispose();
    }

    /// <summary>One channel for every publisher of the app, because exchanges are declared once on it; a refused
    /// declaration closes it and costs the subscriptions nothing.</summary>
    private async Task<IChannel> ChannelFor(IConnection connection, string topic, CancellationToken token)
    {
        await _turn.WaitAsync(token);
        try
        {
            if (_channel is not { IsOpen: true } || _connection != connection)
            {
                _exchanges.Clear();
                var tracked = new CreateChannelOptions(
                    publisherConfirmationsEnabled: true,
                    publisherConfirmationTrackingEnabled: true
                );
                _channel = await connection.CreateChannelAsync(tracked, token);
                _connection = connection;
            }
            if (!_exchanges.Contains(topic))
            {
                await RabbitLayout.DeclareExchange(_channel, topic, token);
                _exchanges.Add(topic);
            }
            return _channel;
        }
        finally
        {
            _turn.Release();
        }
    }
}

using Mobility.Sidecar.Resources;
using RabbitMQ.Client;

namespace Mobility.Sidecar.Broker;

/// <summary>
/// Names and arguments of what daprd's component declares for one subscription. The broker compares them with what it
/// has and refuses others, so they must be the same to the letter where a daprd and this sidecar share one.
/// </summary>
public sealed class RabbitLayout(RabbitSettings settings, Subscription subscription)
{
    // The longest consumer tag of AMQP; daprd cuts it from its left side too.
    private const int LongestTag = 255;

    /// <summary>Named by the topic, fanout: every queue bound to it gets each message.</summary>
    public string Exchange => subscription.Topic;

    /// <summary>One for all sidecars of an app id, which thereby share its messages.</summary>
    public string Queue => $"{settings.ConsumerId}-{subscription.Topic}";

    public string DeadLetterExchange => $"dlx-{Queue}";

    public string DeadLetterQueue => $"dlq-{Queue}";

    public IReadOnlyDictionary<string, object?> QueueArguments =>
        settings.EnableDeadLetter
            ? new Dictionary<string, object?>(Bounds)
            {
                ["x-queue-type"] = subscription.QueueType,
                ["x-dead-letter-exchange"] = DeadLetterExchange,
            }
            : new Dictionary<string, object?>(Bounds) { ["x-queue-type"] = subscription.QueueType };

    public IReadOnlyDictionary<string, object?> DeadLetterQueueArguments =>
        new Dictionary<string, object?>(Bounds) { ["x-queue-mode"] = "lazy" };

    // No x-overflow, as in daprd: the broker then drops from the head.
    private Dictionary<string, object?> Bounds =>
        new(StringComparer.Ordinal)
        {
            ["x-max-length"] = settings.MaxLen,
            ["x-max-length-bytes"] = settings.MaxLenBytes,
        };

    /// <summary>A tag that no other consumer of the broker has.</summary>
    public string NewConsumerTag(DateTimeOffset now)
    {
        string tag = $"{Queue}-{Guid.CreateVersion7(now)}";
        return tag.Length <= LongestTag ? tag : tag[^LongestTag..];
    }

    /// <summary>Makes what is missing. What is there with other arguments closes the channel.</summary>
    public async Task Declare(IChannel channel, CancellationToken token)
    {
        if (settings.EnableDeadLetter)
        {
            await DeclareExchange(channel, DeadLetterExchange, token);
            await DeclareQueue(channel, DeadLetterQueue, DeadLetterQueueArguments, token);
            await channel.QueueBindAsync(DeadLetterQueue, DeadLetterExchange, "", cancellationToken: token);
        }
        await DeclareExchange(channel, Exchange, token);
        await DeclareQueue(channel, Queue, QueueArguments, token);
        await channel.QueueBindAsync(Queue, Exchange, "", cancellationToken: token);
    }

    /// <summary>A topic's exchange, which publisher and subscriber both declare.</summary>
    public static Task DeclareExchange(IChannel channel, string exchange, CancellationToken token) =>
        channel.ExchangeDeclareAsync(
            exchange,
            ExchangeType.Fanout,
            durable: true,
            autoDelete: false,
            cancellationToken: token
        );

    private static Task<QueueDeclareOk> DeclareQueue(
        IChannel channel,
        string queue,
        IReadOnlyDictionary<string, object?> arguments,
        CancellationToken token
    ) =>
        channel.QueueDeclareAsync(
            queue,
            durable: true,
            exclusive: false,
            autoDelete: false,
            arguments.ToDictionary(StringComparer.Ordinal),
            cancellationToken: token
        );
}

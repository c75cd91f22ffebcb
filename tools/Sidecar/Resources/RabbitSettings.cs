using System.Globalization;

namespace Mobility.Sidecar.Resources;

/// <summary>
/// What a pubsub.rabbitmq component may say here. Of the real component's settings those are taken that lose nothing,
/// and each must be said: the real defaults are another choice, which the same file would mean under daprd.
/// </summary>
public sealed record RabbitSettings
{
    public const string Type = "pubsub.rabbitmq";

    /// <summary>Names of the metadata read here, in any case.</summary>
    public static IReadOnlySet<string> MetadataNames { get; } =
        new HashSet<string>(
            [
                "connectionString",
                "consumerID",
                "clientName",
                "durable",
                "deletedWhenUnused",
                "deliveryMode",
                "publisherConfirm",
                "prefetchCount",
                "concurrencyMode",
                "enableDeadLetter",
                "requeueInFailure",
                "maxLen",
                "maxLenBytes",
            ],
            StringComparer.OrdinalIgnoreCase
        );

    public required Uri Connection { get; init; }

    /// <summary>Begins the name of every queue; the app id unless given.</summary>
    public required string ConsumerId { get; init; }

    /// <summary>Name of the connection in the broker's lists.</summary>
    public required string ClientName { get; init; }

    /// <summary>Messages that may lie unanswered at one subscription.</summary>
    public required ushort PrefetchCount { get; init; }

    /// <summary>False: one message after the other, in order.</summary>
    public required bool Parallel { get; init; }

    /// <summary>Each queue has a second one for what is discarded.</summary>
    public required bool EnableDeadLetter { get; init; }

    /// <summary>What fails without a dead letter topic comes again rather than being discarded.</summary>
    public required bool RequeueInFailure { get; init; }

    /// <summary>Messages in a queue; of more the oldest go to its queue of dead letters, which is as long.</summary>
    public required long MaxLen { get; init; }

    /// <summary>Bytes of the messages in a queue.</summary>
    public required long MaxLenBytes { get; init; }

    /// <summary>Reads the settings of one app; null when the connection is missing.</summary>
    /// <param name="wrong">Receives name and what is wrong with it.</param>
    public static RabbitSettings? Read(
        IReadOnlyDictionary<string, string> metadata,
        string appId,
        Action<string, string> wrong
    )
    {
        Must("durable", "true", "or the broker's restart empties every queue");
        Must("deletedWhenUnused", "false", "or a queue goes with its last consumer, and quorum queues are refused");
        Must("deliveryMode", "2", "or messages are not kept on disk");
        Must("publisherConfirm", "true", "or a publisher is told of success before the broker has the message");
        if (!ushort.TryParse(Value("prefetchCount"), out ushort prefetch) || prefetch is < 1 or > 255)
            wrong("prefetchCount", "must be from 1 to 255: without it one consumer takes the whole queue");
        long maxLen = Bound("maxLen", Value("maxLen"), wrong);
        long maxLenBytes = Bound("maxLenBytes", Value("maxLenBytes"), wrong);
        string mode = Value("concurrencyMode");
        if (mode is not ("single" or "parallel" or ""))
            wrong("concurrencyMode", $"'{mode}' is neither single nor parallel");
        if (!Uri.TryCreate(Value("connectionString"), UriKind.Absolute, out Uri? uri) || uri.Scheme != "amqp")
        {
            wrong("connectionString", "must be an address such as amqp://user:password@host:5672/");
            return null;
        }
        return new RabbitSettings
        {
            Connection = uri,
            ConsumerId = Named("consumerID") is { Length: > 0 } id ? id : appId,
            ClientName = Named("clientName"),
            PrefetchCount = prefetch,
            Parallel = mode != "single",
            EnableDeadLetter = Flag("enableDeadLetter"),
            RequeueInFailure = Flag("requeueInFailure"),
            MaxLen = maxLen,
            MaxLenBytes = maxLenBytes,
        };

        string Value(string name) => metadata.GetValueOrDefault(name, "");

        void Must(string name, string value, string otherwise)
        {
            if (Value(name) != value)
                wrong(name, $"must be \"{value}\" for the local sidecar, {otherwise}");
        }

        string Named(string name)
        {
            string text = Value(name).Replace("{appID}", appId, StringComparison.Ordinal);
            if (text.Contains('{', StringComparison.Ordinal))
                wrong(name, "may hold {appID} and no other placeholder for the local sidecar");
            return text;
        }

        bool Flag(string name)
        {
            string text = metadata.GetValueOrDefault(name, "false");
            if (!GoText.TryBool(text, out bool value))
                wrong(name, $"'{text}' is neither true nor false");
            return value;
        }
    }

    private static long Bound(string name, string value, Action<string, string> wrong)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long bound) || bound < 1)
            wrong(name, "must be a number above 0: without it the queues of an absent app fill the broker's disk");
        return bound;
    }
}

namespace Mobility.Sidecar;

/// <summary>Every log line of the sidecar: ids and reasons, never a message's content.</summary>
public static partial class Log
{
    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "ready: HTTP {HttpPort}, gRPC {GrpcPort}, app port {AppPort}"
    )]
    public static partial void Ready(ILogger logger, int httpPort, int grpcPort, int? appPort);

    [LoggerMessage(Level = LogLevel.Information, Message = "subscribed: pubsub {PubSub}, topic {Topic}")]
    public static partial void Subscribed(ILogger logger, string pubSub, string topic);

    [LoggerMessage(Level = LogLevel.Error, Message = "subscription denied by scopes: pubsub {PubSub}, topic {Topic}")]
    public static partial void SubscriptionDenied(ILogger logger, string pubSub, string topic);

    [LoggerMessage(Level = LogLevel.Information, Message = "app is healthy: deliveries go on")]
    public static partial void AppHealthy(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "app is unhealthy after {Failures} probes: deliveries wait")]
    public static partial void AppUnhealthy(ILogger logger, int failures);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "delivery failed: event {EventId}, topic {Topic}, route {Route}, try {Try}, {Reason}"
    )]
    public static partial void DeliveryFailed(
        ILogger logger,
        string eventId,
        string topic,
        string route,
        int @try,
        string reason
    );

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "dead letter: event {EventId}, topic {Topic} to {DeadLetterTopic}, {Reason}"
    )]
    public static partial void DeadLettered(
        ILogger logger,
        string eventId,
        string topic,
        string deadLetterTopic,
        string reason
    );

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "dead letter waits: event {EventId}, topic {DeadLetterTopic}, {Reason}"
    )]
    public static partial void DeadLetterWaits(ILogger logger, string eventId, string deadLetterTopic, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Outcome}, no dead letter topic: event {EventId}, topic {Topic}, {Reason}"
    )]
    public static partial void Lost(ILogger logger, string outcome, string eventId, string topic, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "stopped: topic {Topic}, {Waiting} messages undelivered")]
    public static partial void SubscriptionStopped(ILogger logger, string topic, int waiting);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "queue full, nobody takes from it, its oldest messages are dropped: topic {Topic}, {Waiting} waiting"
    )]
    public static partial void QueueFull(ILogger logger, string topic, int waiting);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "the oldest messages of a full queue were dropped: topic {Topic}, {Dropped} messages"
    )]
    public static partial void QueueDropped(ILogger logger, string topic, int dropped);

    [LoggerMessage(Level = LogLevel.Warning, Message = "TEST FAULT: event {EventId} of topic {Topic} lost on purpose")]
    public static partial void DroppedByTestFault(ILogger logger, string eventId, string topic);

    [LoggerMessage(Level = LogLevel.Warning, Message = "TEST FAULTS are on: {Kinds}, seed {Seed}")]
    public static partial void TestFaultsOn(ILogger logger, string kinds, int seed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "publish refused: topic {Topic}, {ErrorCode}, {Reason}")]
    public static partial void PublishRefused(ILogger logger, string topic, string errorCode, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the broker is lost, connecting again: {Reason}")]
    public static partial void BrokerLost(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the broker is away: {Reason}")]
    public static partial void BrokerAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "the broker is back: every queue stands on it")]
    public static partial void BrokerBack(ILogger logger);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "answer too late for its channel, the broker delivers again: event {EventId}"
    )]
    public static partial void AnswerTooLate(ILogger logger, string eventId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Notice}")]
    public static partial void Notice(ILogger logger, string notice);

    [LoggerMessage(Level = LogLevel.Information, Message = "shutting down: no new deliveries")]
    public static partial void ShuttingDown(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "deliveries cut off after {Seconds} s")]
    public static partial void ShutdownCutOff(ILogger logger, double seconds);

    [LoggerMessage(Level = LogLevel.Critical, Message = "a part of the sidecar failed: the process ends")]
    public static partial void PartFailed(ILogger logger, Exception error);
}

using Microsoft.Extensions.Logging;
using Mobility.Platform.Events;

namespace Mobility.Platform;

/// <summary>Every line that the platform logs: ids, codes and durations, never a text that a person wrote.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "rpc {Method} {Code} {Reason} {Milliseconds} ms, {TraceId}")]
    public static partial void RpcDone(
        this ILogger log,
        string method,
        string code,
        string reason,
        long milliseconds,
        string traceId
    );

    [LoggerMessage(Level = LogLevel.Error, Message = "rpc {Method} failed, {TraceId}")]
    public static partial void RpcFailed(this ILogger log, Exception error, string method, string traceId);

    [LoggerMessage(Level = LogLevel.Error, Message = "public holidays: {File} is refused: {Violations}")]
    public static partial void HolidaysRefused(this ILogger log, string file, string violations);

    [LoggerMessage(Level = LogLevel.Information, Message = "public holidays: {Version} is in force")]
    public static partial void HolidaysTaken(this ILogger log, string version);

    [LoggerMessage(Level = LogLevel.Information, Message = "event {Delivery} {Outcome}")]
    public static partial void EventTaken(this ILogger log, Delivery delivery, string outcome);

    [LoggerMessage(Level = LogLevel.Warning, Message = "event {Delivery} parked: {Reason}")]
    public static partial void EventParked(this ILogger log, Delivery delivery, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "event {Delivery} is of an unknown type, kept")]
    public static partial void EventUnknown(this ILogger log, Delivery delivery);

    [LoggerMessage(Level = LogLevel.Warning, Message = "event {Delivery} put off: {Reason}")]
    public static partial void EventPutOff(this ILogger log, Delivery delivery, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "event {Delivery} failed")]
    public static partial void EventFailed(this ILogger log, Exception error, Delivery delivery);

    [LoggerMessage(Level = LogLevel.Warning, Message = "a delivery that is no event of ours was taken and dropped")]
    public static partial void EventMalformed(this ILogger log);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "event {EventId} {Type} was refused by the broker for good: {Reason}"
    )]
    public static partial void EventRefusedByBroker(this ILogger log, Guid eventId, string type, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the broker is away, events wait: {Reason}")]
    public static partial void BrokerAway(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "hole {Source} {First} to {Last}, asking again")]
    public static partial void HoleFound(this ILogger log, string source, long first, long last);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "hole {Source} {First} to {Last} is older than the source's outbox, {Missing} events are missing"
    )]
    public static partial void HoleBeyondRepair(this ILogger log, string source, long first, long last, long missing);

    [LoggerMessage(Level = LogLevel.Information, Message = "replaying {First} to {Last}: {Count} events")]
    public static partial void Replayed(this ILogger log, long first, long last, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "job {Job} put off: {Reason}")]
    public static partial void JobPutOff(this ILogger log, string job, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "job {Job} failed")]
    public static partial void JobFailed(this ILogger log, Exception error, string job);

    [LoggerMessage(Level = LogLevel.Warning, Message = "waiting for the database: {Reason}")]
    public static partial void DatabaseAwaited(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "migration {Name} applied")]
    public static partial void MigrationApplied(this ILogger log, string name);
}

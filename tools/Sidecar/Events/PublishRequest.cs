namespace Mobility.Sidecar.Events;

/// <summary>A publish call as both APIs receive it.</summary>
/// <param name="ContentType">As sent; empty when absent.</param>
/// <param name="Metadata">Names in any case.</param>
public sealed record PublishRequest(
    string PubSub,
    string Topic,
    string ContentType,
    ReadOnlyMemory<byte> Data,
    IReadOnlyDictionary<string, string> Metadata,
    TraceContext Trace
);

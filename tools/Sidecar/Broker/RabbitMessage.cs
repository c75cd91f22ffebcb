using System.Globalization;
using System.Text.Json;
using Mobility.Sidecar.Events;
using RabbitMQ.Client;

namespace Mobility.Sidecar.Broker;

/// <summary>A message as it lies on the broker: the envelope's bytes and a few properties.</summary>
public static class RabbitMessage
{
    private const byte Persistent = 2;
    private static readonly Dictionary<string, string> None = [];

    /// <summary>What daprd sets, no header among it: metadata of a publisher does not travel.</summary>
    public static BasicProperties Properties(IReadOnlyDictionary<string, string> metadata)
    {
        var properties = new BasicProperties
        {
            // Whatever the call's content type was: daprd never passes it on to AMQP.
            ContentType = metadata.GetValueOrDefault("contentType", "text/plain"),
            DeliveryMode = (DeliveryModes)Persistent,
        };
        if (metadata.TryGetValue("messageID", out string? id))
            properties.MessageId = id;
        if (metadata.TryGetValue("correlationID", out string? correlation))
            properties.CorrelationId = correlation;
        if (metadata.TryGetValue("type", out string? type))
            properties.Type = type;
        if (byte.TryParse(metadata.GetValueOrDefault("priority"), CultureInfo.InvariantCulture, out byte priority))
            properties.Priority = priority;
        return properties;
    }

    /// <summary>Reads what came from the broker; anybody may have put it there.</summary>
    /// <returns>The message, and why no application can read it.</returns>
    public static (Message Message, string? Unreadable) Read(byte[] body)
    {
        try
        {
            return (Message.Of(body, None), null);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return (new Message(body, None, "", null, TraceContext.Zero, ""), "its body is no JSON object");
        }
    }
}

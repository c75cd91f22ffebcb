using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Platform.Events;

/// <summary>An event that waits in the outbox: a finished CloudEvent but for its sequence.</summary>
internal sealed record OutboxRow(string ClientId, Guid EventId, string Type, string Subject, string Envelope);

/// <summary>The envelope: CloudEvents 1.0 with the extensions sequence, clientid and partitionkey
/// (docs/decisions/0005-envelope.md).</summary>
public static class CloudEvent
{
    /// <summary>Content type of a whole envelope.</summary>
    public const string ContentType = "application/cloudevents+json";

    // Enums travel as numbers: a reader that does not know a number keeps it, one that does not know a name throws.
    private static readonly JsonFormatter Formatter = new(
        JsonFormatter.Settings.Default.WithFormatEnumsAsIntegers(true)
    );
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Reads the data of an event, unknown fields ignored; null when it is not JSON of that proto.</summary>
    public static IMessage? TryRead(byte[] json, MessageDescriptor descriptor)
    {
        try
        {
            return Parser.Parse(Encoding.UTF8.GetString(json), descriptor);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            return null;
        }
    }

    /// <summary>The envelope of an event, without a sequence.</summary>
    public static JsonObject Envelope(
        IMessage evt,
        Guid id,
        string subject,
        string clientId,
        string source,
        DateTimeOffset time
    )
    {
        var envelope = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = id.ToString(),
            ["source"] = source,
            ["type"] = evt.Descriptor.FullName,
            ["subject"] = subject,
            ["time"] = time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
            ["datacontenttype"] = "application/json",
            ["clientid"] = clientId,
            ["partitionkey"] = subject,
            ["data"] = JsonNode.Parse(Formatter.Format(evt)),
        };
        if (Activity.Current?.Id is { } traceparent)
        {
            envelope["traceparent"] = traceparent;
            // daprd replaces the trace of an envelope that has no traceid, its own older name for the same thing.
            envelope["traceid"] = traceparent;
        }
        return envelope;
    }

    internal static OutboxRow NewRow(IMessage evt, string subject, string clientId, Db db, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var json = Envelope(evt, id, subject, clientId, db.EventSource, now);
        if (db.RevisionBase > 0)
        {
            RaiseRevisions(json["data"]!.AsObject(), db.RevisionBase);
        }
        var envelope = json.ToJsonString();
        var type = evt.Descriptor.FullName;
        return envelope.Length <= Limits.EventBytes
            ? new OutboxRow(clientId, id, type, subject, envelope)
            : throw new InvalidOperationException($"{type} is larger than {Limits.EventBytes} bytes.");
    }

    // In the data, or one deeper in the snapshot of a resource that several events share.
    private static void RaiseRevisions(JsonObject data, long by)
    {
        foreach (var part in data.Select(field => field.Value).OfType<JsonObject>())
        {
            RaiseRevisions(part, by);
        }
        if (data["revision"] is { } told)
        {
            data["revision"] = $"{long.Parse((string)told!, CultureInfo.InvariantCulture) + by}";
        }
    }
}

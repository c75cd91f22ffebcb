using System.Text.Json;

namespace Mobility.Sidecar.Events;

/// <summary>A stored event on its way: the bytes to deliver, and the few attributes that delivery needs.</summary>
/// <param name="Body">Delivered unchanged.</param>
/// <param name="Metadata">Metadata of the publish call; becomes headers.</param>
/// <param name="Id">For logs; empty when the event has none that is text.</param>
/// <param name="Type">Null when it is not text: rules cannot be applied then.</param>
/// <param name="TraceParent">What the application's header says.</param>
public sealed record Message(
    byte[] Body,
    IReadOnlyDictionary<string, string> Metadata,
    string Id,
    string? Type,
    string TraceParent,
    string TraceState
)
{
    // The envelope adds a level to data that was parsed within the default depth.
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 128 };

    /// <summary>Reads the attributes from the stored bytes.</summary>
    public static Message Of(byte[] body, IReadOnlyDictionary<string, string> metadata)
    {
        using JsonDocument document = JsonDocument.Parse(body, Reading);
        JsonElement root = document.RootElement;
        string? parent = root.TryGetProperty("traceparent", out _) ? Text(root, "traceparent") : Text(root, "traceid");
        return new Message(
            body,
            metadata,
            LogText(Text(root, "id") ?? ""),
            Text(root, "type"),
            TraceContext.IsValid(parent) ? parent! : TraceContext.Zero,
            // Becomes a header, and must not become two.
            Text(root, "tracestate") is { } state
            && !state.Any(char.IsControl)
                ? state
                : ""
        );
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    // An id is the publisher's text: one line of bounded length reaches the log, whatever it holds.
    private static string LogText(string id) => string.Concat(id.Where(c => !char.IsControl(c)).Take(100));
}

using System.Text.Json;

namespace Mobility.Sidecar.Delivery;

/// <summary>What an attempt to deliver a message came to.</summary>
public enum VerdictKind
{
    /// <summary>The application has it.</summary>
    Accepted,

    /// <summary>The application does not want it, now or later: dead letter topic, or gone.</summary>
    Dropped,

    /// <summary>Try again as the policy says.</summary>
    Failed,
}

/// <summary>The verdict with what a log line and a retry policy need.</summary>
/// <param name="StatusCode">Only for a failure by an HTTP status: retry policies may match it.</param>
public readonly record struct Verdict(VerdictKind Kind, int? StatusCode, string Reason)
{
    public static Verdict Accepted { get; } = new(VerdictKind.Accepted, null, "");

    /// <summary>A failure without an HTTP status: no connection, no answer in time.</summary>
    public static Verdict Broken(string reason) => new(VerdictKind.Failed, null, reason);

    /// <summary>Reads the application's answer by daprd's table.</summary>
    public static Verdict Of(int statusCode, ReadOnlySpan<byte> body) =>
        statusCode switch
        {
            >= 200 and <= 299 => OfStatus(ReadStatus(body)),
            404 => new Verdict(VerdictKind.Dropped, null, "status 404"),
            _ => new Verdict(VerdictKind.Failed, statusCode, $"status {statusCode}"),
        };

    private static Verdict OfStatus(string status) =>
        status switch
        {
            "" or "SUCCESS" => Accepted,
            "DROP" => new Verdict(VerdictKind.Dropped, null, "answer DROP"),
            "RETRY" => Broken("answer RETRY"),
            _ => Broken("answer with an unknown status"),
        };

    // A body that is no JSON object with a textual status counts as success.
    private static string ReadStatus(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            JsonElement answer = JsonElement.ParseValue(ref reader);
            if (answer.ValueKind != JsonValueKind.Object)
                return "";
            foreach (JsonProperty property in answer.EnumerateObject())
            {
                bool named = string.Equals(property.Name, "status", StringComparison.OrdinalIgnoreCase);
                if (named && property.Value.ValueKind == JsonValueKind.String)
                    return property.Value.GetString()!;
            }
            return "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}

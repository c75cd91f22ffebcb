using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mobility.PaymentGateway;

/// <summary>A request's JSON object, bounded and asked for its fields; Violations says what was wrong.</summary>
public sealed class RequestBody
{
    /// <summary>A cancel takes some hundred bytes; more is a mistake or an attack.</summary>
    public const int MaxBytes = 16 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly JsonElement root;

    private RequestBody(JsonElement root, string hash)
    {
        this.root = root;
        Hash = hash;
    }

    /// <summary>SHA-256 of the bytes in hex: the same key with another body is found by it.</summary>
    public string Hash { get; }

    public List<string> Violations { get; } = [];

    /// <summary>Null when the body is no JSON object, not UTF-8, or longer than MaxBytes.</summary>
    public static async Task<RequestBody?> Read(HttpContext context)
    {
        var buffer = new byte[MaxBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(
            buffer,
            buffer.Length,
            throwOnEndOfStream: false,
            context.RequestAborted
        );
        return length > MaxBytes ? null : Parse(buffer.AsMemory(0, length));
    }

    public bool Has(string field) => root.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;

    public string Text(string field, int max)
    {
        var text =
            root.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : "";
        if (string.IsNullOrWhiteSpace(text) || text.Length > max)
        {
            Violations.Add($"{field}: 1 to {max} characters");
        }
        return text;
    }

    /// <summary>A whole number of 1 or more; null when the field is absent.</summary>
    public long? Amount(string field, long min, long max)
    {
        if (!root.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        if (
            value.ValueKind != JsonValueKind.Number
            || !value.TryGetInt64(out var number)
            || number < min
            || number > max
        )
        {
            Violations.Add($"{field}: a whole number from {min} to {max}");
            return null;
        }
        return number;
    }

    public long RequiredAmount(string field, long max)
    {
        var number = Amount(field, 1, max);
        if (number is null && Violations.All(v => !v.StartsWith(field + ":", StringComparison.Ordinal)))
        {
            Violations.Add($"{field}: a whole number from 1 to {max}");
        }
        return number ?? 0;
    }

    private static RequestBody? Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            var json = document.RootElement.Clone();
            // A string that is no text (a lone surrogate, broken UTF-8) throws only when it is asked for.
            _ = json.ValueKind == JsonValueKind.Object && json.EnumerateObject().All(p => IsText(p.Value));
            return json.ValueKind == JsonValueKind.Object
                ? new RequestBody(json, Convert.ToHexString(SHA256.HashData(bytes.Span)))
                : null;
        }
        catch (Exception failure)
            when (failure is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsText(JsonElement value) =>
        value.ValueKind != JsonValueKind.String || value.GetString() != null;
}

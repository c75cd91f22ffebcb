using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mobility.Parking;

/// <summary>Reads the data files that this build carries, strictly: an unknown or missing member is refused.</summary>
internal static class CatalogueFile
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>The bytes of an embedded file.</summary>
    public static byte[] Bytes(string name)
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream($"Mobility.Parking.Catalogue.{name}")
            ?? throw new InvalidDataException($"The build carries no {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Reads a file as what it must be; InvalidDataException says what is wrong.</summary>
    public static T Read<T>(byte[] file)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(file, Strict) ?? throw new InvalidDataException("The file is empty.");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"The file is no {typeof(T).Name}: {wrong.Message}", wrong);
        }
    }

    /// <summary>SHA-256, lower-case hexadecimal.</summary>
    public static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }
}

using System.Text.Json;

namespace Mobility.Desk;

/// <summary>Reads the data files that the build carries; what their schemas do not know is refused.</summary>
internal static class DataFile
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static byte[] Embedded(string name)
    {
        using var stream =
            typeof(DataFile).Assembly.GetManifestResourceStream("Mobility.Desk.Catalogue." + name)
            ?? throw new InvalidDataException($"The build carries no {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public static T Read<T>(byte[] file)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(file, Strict) ?? throw new InvalidDataException("The file is empty.");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException("The file does not follow its schema: " + wrong.Message, wrong);
        }
    }

    public static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }
}

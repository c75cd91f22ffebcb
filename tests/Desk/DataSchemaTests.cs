using System.Text.Json;
using System.Text.RegularExpressions;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Desk;

/// <summary>The hours of the desk and the holidays of all follow the schemas beside them.</summary>
public sealed class DataSchemaTests
{
    [Theory]
    [InlineData("services/Desk/Catalogue/business-hours")]
    [InlineData("services/Platform/Data/holidays")]
    public void A_data_file_follows_its_schema(string name) =>
        Assert.Empty(Violations(Read($"{name}.schema.json"), Read($"{name}.json")));

    [Theory]
    [InlineData("""{"version":"1"}""", "$ lacks holidays")]
    [InlineData("""{"version":1,"holidays":[]}""", "$.version is no string")]
    [InlineData("""{"version":"1","holidays":[],"x":1}""", "$ knows no x")]
    [InlineData("""{"version":"1","holidays":{}}""", "$.holidays is no array")]
    [InlineData(
        """{"version":"1","holidays":[{"date":"1.1.2026","name_ko":"가","name_en":"A"}]}""",
        "$.holidays[0].date does not match"
    )]
    public void A_file_that_does_not_is_found(string file, string violation)
    {
        using var json = JsonDocument.Parse(file);

        Assert.Equal([violation], Violations(Read("services/Platform/Data/holidays.schema.json"), json.RootElement));
    }

    private static JsonElement Read(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, path)));
        return json.RootElement.Clone();
    }

    private static List<string> Violations(JsonElement schema, JsonElement value) =>
        [.. Check(schema, schema, value, "$")];

    /// <summary>The keywords that the two schemas use, no others.</summary>
    private static IEnumerable<string> Check(JsonElement root, JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Check(root, Definition(root, reference.GetString()!), value, path);
        }

        return schema.GetProperty("type").GetString() switch
        {
            "object" when value.ValueKind == JsonValueKind.Object => CheckObject(root, schema, value, path),
            "array" when value.ValueKind == JsonValueKind.Array => value
                .EnumerateArray()
                .SelectMany((item, n) => Check(root, schema.GetProperty("items"), item, $"{path}[{n}]")),
            "string" when value.ValueKind == JsonValueKind.String => Matches(schema, value.GetString()!)
                ? []
                : [$"{path} does not match"],
            var type => [$"{path} is no {type}"],
        };
    }

    private static IEnumerable<string> CheckObject(JsonElement root, JsonElement schema, JsonElement value, string path)
    {
        var properties = schema.GetProperty("properties");
        var lacks = schema
            .GetProperty("required")
            .EnumerateArray()
            .Where(name => !value.TryGetProperty(name.GetString()!, out _))
            .Select(name => $"{path} lacks {name.GetString()}");
        var found = value
            .EnumerateObject()
            .SelectMany(property =>
                properties.TryGetProperty(property.Name, out var known)
                    ? Check(root, known, property.Value, $"{path}.{property.Name}")
                    : [$"{path} knows no {property.Name}"]
            );
        return lacks.Concat(found);
    }

    private static bool Matches(JsonElement schema, string text) =>
        !schema.TryGetProperty("pattern", out var pattern)
        || Regex.IsMatch(text, pattern.GetString()!, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    private static JsonElement Definition(JsonElement root, string reference) =>
        root.GetProperty("$defs").GetProperty(reference["#/$defs/".Length..]);
}

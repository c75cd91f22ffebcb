using System.Text.Json;
using System.Text.RegularExpressions;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Desk;

/// <summary>The hours of the desk and the holidays of all follow the schemas beside them.</summary>
public sealed class DataSchemaTests
{
    [Theory]
    [InlineData("services/Desk/Catalogue/business-hours", "services/Desk/Catalogue/business-hours")]
    [InlineData("holidays/holidays", "holidays/2027-3")]
    public void A_data_file_follows_its_schema(string schema, string name) =>
        Assert.Empty(Violations(Read($"{schema}.schema.json"), Read($"{name}.json")));

    [Theory]
    [InlineData("\"holidays\":[]", "\"days\":[]", "$ lacks holidays", "$ knows no days")]
    [InlineData("\"2027-3\"", "1", "$.version is no string")]
    [InlineData("2024", "1999", "$.first_year is out of range")]
    [InlineData("[]", "{}", "$.holidays is no array")]
    [InlineData(
        "[]",
        """[{"date":"1.1.2026","kind":"TEMPORARY"}]""",
        "$.holidays[0] lacks name_ko",
        "$.holidays[0] lacks name_en",
        "$.holidays[0].date does not match"
    )]
    [InlineData(
        "[]",
        """[{"date":"2026-01-01","kind":"OTHER","name_ko":"가","name_en":"A"}]""",
        "$.holidays[0].kind is none of the words"
    )]
    public void A_file_that_does_not_is_found(string part, string wrong, params string[] violations)
    {
        const string right = """{"version":"2027-3","first_year":2024,"last_year":2027,"source":"-","holidays":[]}""";
        using var json = JsonDocument.Parse(right.Replace(part, wrong, StringComparison.Ordinal));

        Assert.Equal(violations, Violations(Read("holidays/holidays.schema.json"), json.RootElement));
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

        if (schema.TryGetProperty("enum", out var words))
        {
            return words.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value))
                ? []
                : [$"{path} is none of the words"];
        }

        return schema.GetProperty("type").GetString() switch
        {
            "integer" when value.ValueKind == JsonValueKind.Number => IsWithin(schema, value)
                ? []
                : [$"{path} is out of range"],
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

    private static bool IsWithin(JsonElement schema, JsonElement value) =>
        value.TryGetInt64(out var number)
        && number >= schema.GetProperty("minimum").GetInt64()
        && number <= schema.GetProperty("maximum").GetInt64();

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

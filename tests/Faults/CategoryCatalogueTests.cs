using System.Text;
using Mobility.Faults;
using Xunit;

namespace Mobility.Tests.Faults;

public sealed class CategoryCatalogueTests
{
    private const string Good = """
        {"version":"7","categories":[
        {"code":"BRAKE_FAILURE","safety_critical":true,"names":{"ko":"브레이크","en":"Brake"}}]}
        """;

    [Fact]
    public void The_build_carries_the_categories_that_the_rules_name()
    {
        var current = CategoryCatalogue.Current;

        Assert.True(current.Find("BRAKE_FAILURE")!.SafetyCritical);
        Assert.True(current.Find("BATTERY_SWOLLEN")!.SafetyCritical);
        Assert.False(current.Find("UNLOCK_FAILED")!.SafetyCritical);
        Assert.False(current.Find("OTHER")!.SafetyCritical);
        Assert.Null(current.Find("brake_failure"));
        Assert.Null(current.Find(""));
        Assert.Matches("^[0-9a-f]{64}$", current.Sha256);
        Assert.NotEmpty(current.Version);
        Assert.All(current.All, category => Assert.NotEqual(category.Names["ko"], category.Names["en"]));
    }

    [Fact]
    public void The_hash_is_that_of_the_bytes_read()
    {
        var one = CategoryCatalogue.Parse(Encoding.UTF8.GetBytes(Good));
        var other = CategoryCatalogue.Parse(Encoding.UTF8.GetBytes(Good + "\n"));

        Assert.Equal("7", one.Version);
        Assert.NotEqual(one.Sha256, other.Sha256);
    }

    [Theory]
    [InlineData("\"version\":\"7\",", "")]
    [InlineData("\"version\":\"7\"", "\"version\":\"\"")]
    [InlineData("\"safety_critical\":true,", "")]
    [InlineData("\"safety_critical\":true", "\"safety_critical\":1")]
    [InlineData("\"safety_critical\":true", "\"safety_critical\":true,\"colour\":\"red\"")]
    [InlineData("BRAKE_FAILURE", "Brake failure")]
    [InlineData("\"ko\":\"브레이크\",", "")]
    [InlineData("\"en\":\"Brake\"", "\"en\":\" \"")]
    [InlineData("}]}", "}]")]
    public void A_catalogue_that_is_wrong_is_refused(string part, string instead)
    {
        Assert.Contains(part, Good, StringComparison.Ordinal);
        var wrong = Encoding.UTF8.GetBytes(Good.Replace(part, instead, StringComparison.Ordinal));

        Assert.Throws<InvalidDataException>(() => CategoryCatalogue.Parse(wrong));
    }

    [Fact]
    public void The_same_code_twice_is_refused()
    {
        var category = Good[(Good.IndexOf('[', StringComparison.Ordinal) + 1)..^2];
        var twice = Encoding.UTF8.GetBytes($$"""{"version":"7","categories":[{{category}},{{category}}]}""");

        var refused = Assert.Throws<InvalidDataException>(() => CategoryCatalogue.Parse(twice));

        Assert.Contains("twice", refused.Message, StringComparison.Ordinal);
    }
}

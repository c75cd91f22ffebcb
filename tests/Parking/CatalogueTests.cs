using System.Text;
using Mobility.Parking;
using Xunit;

namespace Mobility.Tests.Parking;

/// <summary>Categories and reasons, as this build carries them and as they must not be.</summary>
public sealed class CatalogueTests
{
    private const string Two = """
        {"code":"aa","names":{"ko":"x","en":"x"}},{"code":"aa","names":{"ko":"x","en":"x"}}
        """;

    [Fact]
    public void This_build_carries_categories_and_reasons_in_both_languages()
    {
        Assert.Equal("roadway", CategoryCatalogue.Current.All.First().Code);
        Assert.Equal("횡단보도 주변", CategoryCatalogue.Current.Find("crosswalk")!.Names["ko"]);
        Assert.Null(CategoryCatalogue.Current.Find("Crosswalk"));
        Assert.Matches("^[0-9a-f]{64}$", CategoryCatalogue.Current.Sha256);
        Assert.Contains("parked-properly", ReasonCatalogue.Current.Reject.Keys);
        Assert.Contains("removed", ReasonCatalogue.Current.Resolve.Keys);
        Assert.Empty(ReasonCatalogue.Current.Reject.Keys.Intersect(ReasonCatalogue.Current.Resolve.Keys));
    }

    [Theory]
    [InlineData("""{"version":"","categories":[]}""", "version")]
    [InlineData("""{"version":"1","categories":[]}""", "must be an entry")]
    [InlineData("""{"version":"1","categories":[{"code":"A","share_percent":1,"names":{}}]}""", "'A'")]
    [InlineData("""{"version":"1","categories":[{"code":"aa","share_percent":101,"names":{}}]}""", "share")]
    [InlineData("""{"version":"1","categories":[{"code":"aa","share_percent":1,"names":{"ko":"x"}}]}""", "'en'")]
    [InlineData("""{"version":"1","categories":[{"code":"aa","names":{}}]}""", "share_percent")]
    [InlineData("""{"version":"1","categories":[],"more":1}""", "more")]
    [InlineData("[", "is no")]
    public void A_category_file_that_is_wrong_is_named(string file, string message)
    {
        var wrong = Assert.Throws<InvalidDataException>(() => CategoryCatalogue.Parse(Encoding.UTF8.GetBytes(file)));
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"version":"1","reject":[],"resolve":[]}""", "must be an entry")]
    [InlineData("""{"version":"1","reject":[TWO],"resolve":[]}""", "twice")]
    public void A_reason_file_that_is_wrong_is_named(string file, string message)
    {
        var wrong = Assert.Throws<InvalidDataException>(() =>
            ReasonCatalogue.Parse(Encoding.UTF8.GetBytes(file.Replace("TWO", Two, StringComparison.Ordinal)))
        );
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }
}

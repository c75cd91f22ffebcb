using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mobility.Parking;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class OrdinancesTests
{
    private static byte[] File => CatalogueBytes("ordinances.json");

    [Theory]
    [InlineData("5115066500", 37.8, 128.9, "gangneung")]
    [InlineData("4215066500", 37.8, 128.9, "gangneung")]
    [InlineData("1114055000", 37.56, 126.98, "seoul")]
    [InlineData("4113000000", 37.45, 126.99, null)]
    [InlineData("", 37.8, 128.95, "gangneung")]
    [InlineData("", 37.5663, 126.9779, "seoul")]
    [InlineData("", 35.1, 129, null)]
    public void A_place_has_the_ordinance_of_its_city(string code, double latitude, double longitude, string? city) =>
        Assert.Equal(city, Ordinances.Current.CityOf(code, latitude, longitude)?.City);

    [Theory]
    [InlineData("2023-03-31T23:59:59.999+09:00", "")]
    [InlineData("2023-04-01T00:00:00+09:00", "gangneung-2023-04 general 90 15000 0")]
    [InlineData("2026-03-02T00:00:00+09:00", "gangneung-2023-04 general 90 15000 0")]
    public void Gangneung_gives_ninety_minutes(string time, string expected) =>
        Assert.Equal(expected, Rule("51150", "crosswalk", time));

    [Theory]
    [InlineData("2021-07-14T23:59:59+09:00", "crosswalk", "")]
    [InlineData("2021-07-15T00:00:00+09:00", "crosswalk", "seoul-2021-07 crosswalk 0 40000 700")]
    [InlineData("2021-07-15T00:00:00+09:00", "traffic-island", "seoul-2021-07 general 180 40000 700")]
    [InlineData("2022-03-23T00:00:00+09:00", "traffic-island", "seoul-2022-03 traffic-island 0 40000 700")]
    [InlineData("2024-11-30T23:59:59.999+09:00", "sidewalk", "seoul-2022-03 general 180 40000 700")]
    [InlineData("2024-12-01T00:00:00+09:00", "sidewalk", "seoul-2024-12 general 0 40000 700")]
    [InlineData("2026-03-02T00:00:00+09:00", "", "seoul-2024-12 general 0 40000 700")]
    public void Seoul_went_from_three_hours_to_none(string time, string category, string expected) =>
        Assert.Equal(expected, Rule("11", category, time));

    [Fact]
    public void Distances_are_told_in_the_words_of_their_version()
    {
        var seoul = Ordinances.Current.CityOf("11", 0, 0)!;
        Assert.Equal(
            [
                "버스·택시 정류장 10m 이내: 즉시 견인",
                "버스·택시 정류장 5m 이내: 즉시 견인",
                "버스정류소·택시승강장 5m 이내: 즉시 견인",
            ],
            seoul.Versions.Select(v => v.RuleFor("bus-stop").TextKo)
        );
        Assert.All(seoul.Versions, v => Assert.Equal("confirm with the current ordinance", v.Notice));
        Assert.Matches("^[0-9a-f]{64}$", Ordinances.Current.Sha256);
    }

    [Fact]
    public void Every_category_that_a_rule_names_is_one_that_can_be_filed()
    {
        var filed = JsonNode.Parse(CatalogueBytes("categories.json"))!["categories"]!.AsArray();
        var codes = filed.Select(c => (string)c!["code"]!).ToHashSet(StringComparer.Ordinal);
        var named = Ordinances
            .Current.CityOf("11", 0, 0)!
            .Versions.SelectMany(v => v.Rules)
            .SelectMany(r => r.Categories)
            .Distinct(StringComparer.Ordinal);
        Assert.Empty(named.Except(codes, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("\"city\": \"seoul\"", "\"city\": \"SEOUL\"", "no code")]
    [InlineData("Asia/Seoul", "Asia/Nowhere", "time zone")]
    [InlineData("\"KRW\"", "\"WON\"", "currency")]
    [InlineData("[37.6, 128.75, 37.95, 129.1]", "[37.6, 128.75, 37.95]", "four numbers")]
    [InlineData("\"2021-07-15\"", "\"2021-7-15\"", "begins on a day")]
    [InlineData("\"2021-07-15\"", "\"2023-07-15\"", "order")]
    [InlineData("\"open\": \"09:00\"", "\"open\": \"19:00\"", "open before they close")]
    [InlineData("\"MON\"", "\"MONDAY\"", "open before they close")]
    [InlineData("\"grace_minutes\": 90", "\"grace_minutes\": -1", "grace is 0")]
    [InlineData("\"grace_minutes\": 90", "\"grace_minutes\": 90, \"extra\": 1", "JSON property")]
    [InlineData("\"categories\": []", "\"categories\": [\"x\"]", "one rule for all else")]
    [InlineData("\"notice\": \"confirm with the current ordinance\"", "\"notice\": \"\"", "no source or notice")]
    [InlineData("\"version\": \"1\"", "\"version\": \"\"", "1 to 32")]
    public void Data_that_is_wrong_is_refused(string part, string instead, string message)
    {
        var text = Encoding.UTF8.GetString(File);
        Assert.Contains(part, text, StringComparison.Ordinal);
        var wrong = Encoding.UTF8.GetBytes(text.Replace(part, instead, StringComparison.Ordinal));
        var refusal = Assert.Throws<InvalidDataException>(() => Ordinances.Parse(wrong));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    private static string Rule(string code, string category, string time)
    {
        var city = Ordinances.Current.CityOf(code, 0, 0)!;
        if (city.At(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)) is not { } version)
        {
            return "";
        }
        var rule = version.RuleFor(category);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{version.Version} {rule.Code} {rule.GraceMinutes} {rule.FeeMinor} {rule.StorageFeeMinorPerHalfHour}"
        );
    }

    private static byte[] CatalogueBytes(string name)
    {
        using var stream = typeof(Ordinances).Assembly.GetManifestResourceStream($"Mobility.Parking.Catalogue.{name}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

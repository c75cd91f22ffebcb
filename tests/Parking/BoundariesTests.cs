using System.Globalization;
using Mobility.Parking;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class BoundariesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly Lazy<Boundaries?> Real = new(() =>
        RealData.Find("korea_boundaries/gangneung.geojson") is { } gangneung
        && RealData.Find("korea_boundaries/seoul.geojson") is { } seoul
            ? Boundaries.Load($"{gangneung};{seoul}")
            : null
    );

    [Theory]
    [InlineData(37.7645, 128.8996, "강릉시 교2동")]
    [InlineData(37.8056, 128.9082, "강릉시 경포동")]
    [InlineData(37.7715, 128.9475, "강릉시 송정동")]
    [InlineData(37.8000, 128.9500, "")]
    [InlineData(37.5663, 126.9779, "중구 명동")]
    [InlineData(37.5563, 126.9236, "마포구 서교동")]
    [InlineData(0, 0, "")]
    public void The_golden_points_lie_where_they_do(double latitude, double longitude, string area)
    {
        if (Real.Value is { } boundaries)
        {
            var found = boundaries.At(latitude, longitude, Now);
            Assert.Equal(area, found is null ? "" : $"{found.District} {found.Dong}");
        }
    }

    [Theory]
    [InlineData("2023-06-10T23:59:59.999+09:00", "42150")]
    [InlineData("2023-06-11T00:00:00+09:00", "51150")]
    public void An_area_has_the_code_of_the_time_that_is_asked_for(string time, string prefix)
    {
        if (Real.Value is { } boundaries)
        {
            var at = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
            var area = boundaries.At(37.7645, 128.8996, at)!;
            Assert.Equal("교2동", area.Dong);
            Assert.StartsWith(prefix, area.Code, StringComparison.Ordinal);
            Assert.StartsWith("11140", boundaries.At(37.5663, 126.9779, at)!.Code, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_area_of_both_cities_is_there()
    {
        if (Real.Value is { } boundaries)
        {
            Assert.Equal(21 + 425, boundaries.Count);
        }
    }

    [Theory]
    [InlineData("4215025000", "2026-03-02", "5115025000")]
    [InlineData("5115025000", "2022-03-02", "4215025000")]
    [InlineData("1114055000", "2026-03-02", "1114055000")]
    [InlineData("", "2026-03-02", "")]
    public void Codes_of_either_year_are_turned_into_those_of_the_time(string code, string day, string expected)
    {
        var time = DateTimeOffset.Parse(day + "T00:00:00Z", CultureInfo.InvariantCulture);
        Assert.Equal(expected, AreaCodes.Current.At(code, time));
    }

    [Fact]
    public void Without_files_there_are_no_areas()
    {
        var none = Boundaries.Load("");
        Assert.Equal(0, none.Count);
        Assert.Null(none.At(37.7645, 128.8996, Now));
    }

    [Theory]
    [InlineData("{}", "no FeatureCollection")]
    [InlineData("[", "")]
    [InlineData("""{"features":[{"properties":{"adm_nm":"a b","adm_cd2":"1"},"geometry":null}]}""", "feature 0")]
    public void A_file_that_is_none_is_named(string content, string message)
    {
        var path = Path.Combine(TestFolder.New("boundaries"), "wrong.geojson");
        File.WriteAllText(path, content);
        var refusal = Assert.Throws<InvalidOperationException>(() => Boundaries.Load(path + "; ;missing.geojson"));
        Assert.Contains("MOBILITY_BOUNDARIES", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("missing.geojson", refusal.Message, StringComparison.Ordinal);
    }
}

using System.Text;
using Mobility.Parking;
using Mobility.Parking.V1;
using Xunit;
using static Mobility.Parking.V1.ZoneParking;

namespace Mobility.Tests.Parking;

public sealed class GbfsDialectTests
{
    private static readonly string Good = Shapes.Multi(Shapes.Square(37.76, 128.89));

    [Theory]
    [InlineData("3.0", """[{"ride_end_allowed":true}]""", Permitted, "")]
    [InlineData("3.0", """[{"ride_end_allowed":false}]""", Forbidden, "")]
    [InlineData("2.3", """[{"ride_allowed":true}]""", Permitted, "")]
    [InlineData("2.3", """[{"ride_allowed":false}]""", Forbidden, "")]
    [InlineData("3.0", """[{"ride_end_allowed":true,"station_parking":true}]""", Unspecified, "")]
    [InlineData("3.0", """[{"ride_end_allowed":true},{"ride_end_allowed":false}]""", Permitted, "")]
    [InlineData("3.0", """[{"ride_allowed":false}]""", Forbidden, "RULE_FIELD_OF_V2")]
    [InlineData("2.3", """[{"ride_end_allowed":false}]""", Forbidden, "RULE_FIELD_OF_V3")]
    [InlineData("3.0", """[{"ride_end_allowed":0}]""", Forbidden, "BOOLEAN_AS_NUMBER")]
    [InlineData("2.3", """[{"ride_allowed":1}]""", Permitted, "BOOLEAN_AS_NUMBER")]
    [InlineData("3.0", """[{"ride_end_allowed":"true"}]""", Permitted, "BOOLEAN_AS_TEXT")]
    [InlineData("3.0", """[{"ride_end_allowed":2}]""", Unspecified, "RULE_INVALID")]
    [InlineData("3.0", """[{}]""", Unspecified, "RULE_INVALID")]
    [InlineData("3.0", """[7]""", Unspecified, "RULE_INVALID")]
    [InlineData("3.0", """[{"ride_end_allowed":true,"vehicle_type_ids":[7]}]""", Unspecified, "RULE_INVALID")]
    [InlineData("3.0", """[{"ride_end_allowed":true,"vehicle_type_ids":"a"}]""", Permitted, "RULE_TYPES_NOT_LIST")]
    [InlineData("3.0", """{"ride_end_allowed":true}""", Unspecified, "RULES_INVALID")]
    [InlineData("3.0", "null", Unspecified, "")]
    public void A_rule_is_read_as_it_was_meant(string version, string rules, ZoneParking parking, string code)
    {
        var file = Read(Shapes.Gbfs(version, [(Good, rules)]));
        Assert.Equal(parking, ZoneIndex.ParkingOf(Assert.Single(file.Zones).Rules));
        Assert.Equal(code.Length == 0 ? [] : [code], file.Problems.Select(p => p.Code));
        Assert.All(file.Problems, p => Assert.False(p.LeftOut));
    }

    [Fact]
    public void A_type_under_the_name_of_version_2_still_bounds_its_rule()
    {
        var file = Read(Shapes.Gbfs("3.0", [(Good, """[{"ride_end_allowed":false,"vehicle_type_id":["e"]}]""")]));
        Assert.Equal(["e"], Assert.Single(file.Zones[0].Rules).Types);
        Assert.Equal(["RULE_FIELD_OF_V2"], file.Problems.Select(p => p.Code));
    }

    [Theory]
    [InlineData("\"2019-07-04T13:33:03.969Z\"", """[{"ride_end_allowed":true}]""")]
    [InlineData("1562247183", """[{"ride_allowed":true}]""")]
    public void A_file_that_names_no_version_is_known_by_its_time(string updated, string rules)
    {
        var text = Shapes.Gbfs("?", [(Good, rules)]).Replace("\"version\":\"?\",", "", StringComparison.Ordinal);
        var file = Read(text.Replace("\"last_updated\":0", $"\"last_updated\":{updated}", StringComparison.Ordinal));
        Assert.Empty(file.Problems);
        Assert.Equal(Permitted, ZoneIndex.ParkingOf(file.Zones[0].Rules));
    }

    [Theory]
    [InlineData("1700000000", "1700000001", "")]
    [InlineData("\"2026-03-01T00:00:00+09:00\"", "null", "")]
    [InlineData("1700000001", "1700000001", "TIME_INVALID")]
    [InlineData("\"soon\"", "null", "TIME_INVALID")]
    [InlineData("null", "-5", "TIME_INVALID")]
    public void A_zone_holds_from_start_to_end_or_not_at_all(string start, string end, string code)
    {
        var properties = $$"""{"start":{{start}},"end":{{end}},"rules":[{"ride_end_allowed":false}]}""";
        var text = Shapes
            .Gbfs("3.0", [])
            .Replace("\"features\":[]", $"\"features\":[{Shapes.Feature(Good, properties)}]", StringComparison.Ordinal);
        var file = Read(text);
        Assert.Equal(code.Length == 0 ? 1 : 0, file.Zones.Count);
        Assert.Equal(code.Length == 0 ? [] : [code], file.Problems.Select(p => p.Code));
    }

    [Fact]
    public void The_title_is_the_Korean_one_where_there_is_one()
    {
        const string names = """[{"text":"Station","language":"en"},{"text":"역","language":"ko"}]""";
        var text = Shapes
            .Gbfs("3.0", [(Good, "[]"), (Good, "[]")])
            .Replace("\"name\":\"z\"", $"\"name\":{names}", StringComparison.Ordinal);
        Assert.All(Read(text).Zones, z => Assert.Equal("역", z.Title));
    }

    private static ZoneFile Read(string content) =>
        ZoneFile.Read(Encoding.UTF8.GetBytes(content), ZoneFormat.Gbfs, PlacesHouse.Client);
}

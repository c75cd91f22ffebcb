using System.Text;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class ZoneFileTests
{
    private static readonly string Good = Shapes.Multi(Shapes.Square(37.76, 128.89));

    public static TheoryData<string, string, bool> Geometries =>
        new()
        {
            { "null", "GEOMETRY_NULL", true },
            { """{"type":"Point","coordinates":[128.9,37.7]}""", "GEOMETRY_TYPE", true },
            { """{"type":"MultiPolygon"}""", "GEOMETRY_NESTING", true },
            { """{"type":"MultiPolygon","coordinates":[128.9,37.7]}""", "GEOMETRY_NESTING", true },
            { """{"type":"MultiPolygon","coordinates":[[[[[128.9,37.7]]]]]}""", "GEOMETRY_NESTING", true },
            { """{"type":"MultiPolygon","coordinates":[[[[128.9,37.7],5]]]}""", "GEOMETRY_NESTING", true },
            { Good.Replace("MultiPolygon", "Polygon", StringComparison.Ordinal), "GEOMETRY_NESTING", false },
            { Shapes.Polygon("[[128.8,37.7],[128.9,NaN],[128.9,37.8],[128.8,37.7]]"), "COORDINATE_NOT_FINITE", true },
            { Shapes.Polygon("[[128.8,37.7],[128.9,1e999],[128.9,37.8],[128.8,37.7]]"), "COORDINATE_NOT_FINITE", true },
            {
                Shapes.Polygon("[[128.8,37.7],[\"128.9\",37.7],[128.9,37.8],[128.8,37.7]]"),
                "COORDINATE_NOT_FINITE",
                true
            },
            {
                Shapes.Polygon("[[128.8,37.7],[528.9,37.7],[128.9,37.8],[128.8,37.7]]"),
                "COORDINATE_OUT_OF_RANGE",
                true
            },
            { Shapes.Polygon("[[128.8,37.7],[-170,37.7],[128.9,37.8],[128.8,37.7]]"), "DATE_LINE_CROSSED", true },
            { Shapes.Polygon("[[128.8,37.7],[128.9,37.7],[128.8,37.7]]"), "RING_TOO_SHORT", true },
            {
                Shapes.Polygon("[[128.8,37.7],[128.9,37.8],[128.9,37.7],[128.8,37.8],[128.8,37.7]]"),
                "RING_SELF_INTERSECTS",
                true
            },
            { Shapes.Polygon(Shapes.Square(37.7, 128.8), Shapes.Square(37.8, 128.9)), "HOLE_OUTSIDE_SHELL", true },
            { Shapes.Polygon("[[128.8,37.7],[128.9,37.7],[128.9,37.8]]"), "RING_UNCLOSED", false },
            {
                Shapes.Polygon("[[128.8,37.7],[128.9,37.7],[128.9,37.7],[128.9,37.8],[128.8,37.7]]"),
                "POINT_DUPLICATE",
                false
            },
            { Shapes.Polygon("[[37.7,128.8],[37.7,128.9],[37.8,128.9],[37.7,128.8]]"), "AXES_SWAPPED", false },
            { Shapes.Polygon("[[2.1,48.8],[2.2,48.8],[2.2,48.9],[2.1,48.8]]"), "OUTSIDE_SERVICE_AREA", false },
        };

    [Theory]
    [MemberData(nameof(Geometries))]
    public void A_geometry_with_a_flaw_is_reported_by_its_place_and_hurts_no_other(
        string geometry,
        string code,
        bool out_
    )
    {
        var file = Read(Shapes.Collection(Shapes.Feature(Good), Shapes.Feature(geometry), Shapes.Feature(Good)));
        Assert.Equal(3, file.FeatureCount);
        Assert.Equal(out_ ? [0, 2] : [0, 1, 2], file.Zones.Select(z => z.FeatureIndex));
        var problem = Assert.Single(file.Problems);
        Assert.Equal((1, code, out_), (problem.FeatureIndex, problem.Code, problem.LeftOut));
        Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bow_tie_is_left_out_and_told_where_it_crosses()
    {
        var tie = Shapes.Polygon("[[128.8,37.7],[128.9,37.8],[128.9,37.7],[128.8,37.8],[128.8,37.7]]");
        var problem = Assert.Single(Read(Shapes.Collection(Shapes.Feature(tie))).Problems);
        Assert.Contains("longitude 128.85", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mended_features_are_the_ones_that_were_meant()
    {
        const string Ring = "[[128.89,37.76],[128.9,37.76],[128.9,37.77],[128.89,37.77],[128.89,37.76]]";
        var whole = Read(Shapes.Collection(Shapes.Feature(Shapes.Polygon(Ring))));
        string[] mends =
        [
            Shapes.Polygon("[[128.89,37.76],[128.9,37.76],[128.9,37.77],[128.89,37.77]]"),
            Shapes.Polygon("[[128.89,37.76],[128.9,37.76],[128.9,37.76],[128.9,37.77],[128.89,37.77],[128.89,37.76]]"),
            Shapes.Polygon("[[37.76,128.89],[37.76,128.9],[37.77,128.9],[37.77,128.89],[37.76,128.89]]"),
            Shapes.Polygon("[[128.89,37.76],[128.89,37.77],[128.9,37.77],[128.9,37.76],[128.89,37.76]]"),
            Shapes.Polygon("[[128.89,37.76,7],[128.9,37.76,7],[128.9,37.77,7],[128.89,37.77,7],[128.89,37.76,7]]"),
        ];
        foreach (var mend in mends)
        {
            var zone = Assert.Single(Read(Shapes.Collection(Shapes.Feature(mend))).Zones);
            Assert.True(whole.Zones[0].Boundary.EqualsTopologically(zone.Boundary), mend);
        }
    }

    [Fact]
    public void More_points_than_a_zone_has_are_left_out()
    {
        var points = Enumerable.Range(0, 20_001).Select(n => (128.8 + (n * 1e-6), 37.7 + (n % 2 * 1e-7)));
        var problem = Assert.Single(
            Read(Shapes.Collection(Shapes.Feature(Shapes.Polygon(Shapes.Ring([.. points]))))).Problems
        );
        Assert.Equal(("FEATURE_TOO_LARGE", true), (problem.Code, problem.LeftOut));
    }

    [Fact]
    public void Features_beyond_the_bound_are_left_out_and_the_first_thousand_problems_are_named()
    {
        var file = Read(Shapes.Collection([.. Enumerable.Repeat(Shapes.Feature("null"), ZoneFile.FeaturesMax + 1)]));
        Assert.Equal(ZoneFile.FeaturesMax + 1, file.FeatureCount);
        Assert.Equal(Enumerable.Range(0, ImportProblems.CountMax), file.Problems.Select(p => p.FeatureIndex));
        var many = Read(Shapes.Collection([.. Enumerable.Repeat("7", ZoneFile.FeaturesMax + 1)]));
        Assert.All(many.Problems, p => Assert.Equal("FEATURE_INVALID", p.Code));
    }

    [Theory]
    [InlineData("", ZoneFormat.Geojson)]
    [InlineData("{", ZoneFormat.Geojson)]
    [InlineData("[]", ZoneFormat.Geojson)]
    [InlineData("""{"type":"Feature","features":[]}""", ZoneFormat.Geojson)]
    [InlineData("""{"type":"FeatureCollection","features":{}}""", ZoneFormat.Geojson)]
    [InlineData("""{"type":"FeatureCollection","features":[]}""", ZoneFormat.Gbfs)]
    [InlineData("""{"version":"3.0","data":{"geofencing_zones":[]}}""", ZoneFormat.Gbfs)]
    [InlineData(
        """{"version":"1.1","data":{"geofencing_zones":{"type":"FeatureCollection","features":[]}}}""",
        ZoneFormat.Gbfs
    )]
    [InlineData(
        """{"version":3,"data":{"geofencing_zones":{"type":"FeatureCollection","features":[]}}}""",
        ZoneFormat.Gbfs
    )]
    public void Only_what_is_no_such_document_is_refused_whole(string content, ZoneFormat format) =>
        Assert.Throws<InvalidDataException>(() => Read(content, format));

    [Fact]
    public void A_byte_order_mark_and_words_inside_texts_do_no_harm()
    {
        var zone = Assert.Single(Read("\uFEFF" + Shapes.Collection(Shapes.Permitted(Good, "NaN \\\" Infinity"))).Zones);
        Assert.Equal("NaN \" Infinity", zone.Title);
        var beside = Shapes.Feature(Shapes.Polygon("[[NaN,-Infinity],[1,1],[1,2],[1,1]]"));
        var kept = Assert.Single(Read(Shapes.Collection(Shapes.Permitted(Good, "NaN \\\" Infinity"), beside)).Zones);
        Assert.Equal("NaN \" Infinity", kept.Title);
    }

    [Fact]
    public void Parking_and_title_of_a_plain_file_are_read()
    {
        var odd = Shapes.Feature(Good, """{"parking":"perhaps","name":7}""");
        var controlled = Shapes.Feature(Good, $$"""{"name":" a\u0007b{{new string('x', 300)}}"}""");
        var file = Read(Shapes.Collection(Shapes.Permitted(Good, "문"), Shapes.Forbidden(Good), odd, controlled));
        Assert.Equal(
            [ZoneParking.Permitted, ZoneParking.Forbidden, ZoneParking.Unspecified, ZoneParking.Unspecified],
            file.Zones.Select(z => ZoneIndex.ParkingOf(z.Rules))
        );
        Assert.Equal(["문", "zone", ""], file.Zones.Take(3).Select(z => z.Title));
        Assert.Equal(200, file.Zones[3].Title.Length);
        Assert.StartsWith("abx", file.Zones[3].Title, StringComparison.Ordinal);
        Assert.Equal(["PARKING_UNKNOWN", "TITLE_TOO_LONG"], file.Problems.Select(p => p.Code));
    }

    [Fact]
    public void The_zones_of_Dott_in_Paris_are_read_whole()
    {
        var file = ZoneFile.Read(
            RealData.Copied("dott-paris/geofencing_zones.json"),
            ZoneFormat.Gbfs,
            PlacesHouse.Client with
            {
                ServiceArea =
                [
                    [48.7, 2.1, 49, 2.6],
                ],
            }
        );
        Assert.Equal((272, 272), (file.FeatureCount, file.Zones.Count));
        Assert.Equal(273, file.Problems.Count(p => p.Code == "RULE_FIELD_OF_V2"));
        Assert.All(file.Problems, p => Assert.False(p.LeftOut));
        Assert.All(file.Zones, z => Assert.All(z.Rules, r => Assert.NotEmpty(r.Types)));
        Assert.Equal("BA Nov 23", file.Zones[0].Title);
        Assert.Equal(ZoneParking.Forbidden, Assert.Single(file.GlobalRules).Parking);
    }

    [Fact]
    public void The_zones_of_Oslo_are_read_whole()
    {
        if (RealData.Find("gbfs/v2.3_tier_oslo/geofencing_zones.json") is not { } path)
        {
            return;
        }
        var client = PlacesHouse.Client with
        {
            ServiceArea =
            [
                [59.8, 10.5, 60, 11],
            ],
        };
        var file = ZoneFile.Read(File.ReadAllBytes(path), ZoneFormat.Gbfs, client);
        Assert.Empty(file.Problems);
        Assert.Equal(["OSLO Summer 2021", "NP Frogner og vigelandsparken"], file.Zones.Select(z => z.Title));
        Assert.Equal(
            [ZoneParking.Permitted, ZoneParking.Forbidden],
            file.Zones.Select(z => ZoneIndex.ParkingOf(z.Rules))
        );
    }

    private static ZoneFile Read(string content, ZoneFormat format = ZoneFormat.Geojson) =>
        ZoneFile.Read(Encoding.UTF8.GetBytes(content), format, PlacesHouse.Client);
}

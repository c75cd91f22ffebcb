using System.Globalization;
using Mobility.Parking.V1;
using Mobility.Platform;
using Mobility.Platform.Rpc;
using Mobility.Type.V1;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace Mobility.Parking;

/// <summary>Lists the zones that touch a box, in the order in which they win, with their exact boundaries.</summary>
public static class ListZones
{
    private const int KeyParts = 2;

    /// <summary>A page ends early rather than pass what a gRPC client takes.</summary>
    private const int PageCharactersMax = 2 * 1024 * 1024;

    public static async Task<ListZonesResponse> Handle(ListZonesRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var size = PageToken.Size(request.PageSize, check);
        var question = Question(request);
        var after = After(PageToken.Read(request.PageToken, question, KeyParts, check), check);
        CheckBox(request.Box, check);
        check.Done();
        // One more than asked for tells whether there is another page.
        var rows = await call.Read(client.Id, tx => ZoneTable.List(tx, request.Box, after, size + 1));
        var reply = new ListZonesResponse();
        var characters = 0;
        foreach (var row in rows.Take(size))
        {
            var zone = Wire(client, row);
            characters += zone.BoundaryGeojson.Length;
            if (reply.Zones.Count > 0 && characters > PageCharactersMax)
            {
                break;
            }
            reply.Zones.Add(zone);
        }
        if (reply.Zones.Count < rows.Count)
        {
            var last = rows[reply.Zones.Count - 1];
            var index = last.FeatureIndex.ToString(CultureInfo.InvariantCulture);
            reply.NextPageToken = PageToken.Write(question, last.Source, index);
        }
        return reply;
    }

    private static Zone Wire(ClientProfile client, ListedZone row) =>
        new()
        {
            Name = Names.Of(client.Id, Names.Zones, row.Id),
            Source = row.Source,
            FeatureIndex = row.FeatureIndex,
            Title = row.Title,
            Parking = row.Parking,
            BoundaryGeojson = GeoJson.Write((MultiPolygon)new WKBReader().Read(row.Boundary)),
        };

    private static void CheckBox(Box? box, Check check)
    {
        if (box is null)
        {
            return;
        }
        var right =
            CheckCorner(box.SouthWest, "box.south_west", check) & CheckCorner(box.NorthEast, "box.north_east", check);
        check.That(
            !right
                || (
                    box.SouthWest.Latitude <= box.NorthEast.Latitude
                    && box.SouthWest.Longitude <= box.NorthEast.Longitude
                ),
            "box",
            "must have its south-western corner south and west of the other"
        );
    }

    private static bool CheckCorner(LatLng? corner, string field, Check check)
    {
        // NaN is within no range, so the comparisons refuse it and the infinities too.
        var right = corner is { Latitude: >= -90 and <= 90, Longitude: >= -180 and <= 180 };
        check.That(right, field, "must be set to a latitude from -90 to 90 and a longitude from -180 to 180");
        return right;
    }

    private static ListZonesRequest Question(ListZonesRequest request)
    {
        var question = request.Clone();
        question.PageSize = 0;
        question.PageToken = "";
        return question;
    }

    /// <summary>A token is not signed: whoever makes one up gets a violation, not an error of ours.</summary>
    private static (string Source, int Index)? After(IReadOnlyList<string>? keys, Check check)
    {
        if (keys is null)
        {
            return null;
        }
        var right = int.TryParse(keys[1], CultureInfo.InvariantCulture, out var index) & ImportZones.IsSource(keys[0]);
        check.That(right, "page_token", "must come from the page before, with all other arguments the same");
        return right ? (keys[0], index) : null;
    }
}

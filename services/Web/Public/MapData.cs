using System.Text.Json;
using System.Text.Json.Nodes;
using Mobility.Parking.V1;
using Mobility.Platform;
using Mobility.Type.V1;

namespace Mobility.Web.Public;

/// <summary>The map without a map service: zones with rules of their own, drawn on plain ground.</summary>
public static class MapData
{
    /// <summary>Zones drawn: a city has fewer, and a phone draws no more.</summary>
    private const int PagesMax = 5;

    private const string MediaType = "application/geo+json";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/map/{client}/zones.json", Zones).ExcludeFromDescription();
        routes.MapGet("/map/{client}/areas.json", Areas).ExcludeFromDescription();
    }

    private static IResult Areas(string client, HttpContext http, ClientCatalogue clients, MapAreas areas)
    {
        if (clients.Find(client) is null)
        {
            return new PageNotFound();
        }
        http.Response.Headers.CacheControl = "public, max-age=86400";
        return Results.Text(areas.Of(client), MediaType);
    }

    private static async Task<IResult> Zones(
        string client,
        HttpContext http,
        ClientCatalogue clients,
        Backends backends
    )
    {
        if (clients.Find(client) is not { } profile)
        {
            return new PageNotFound();
        }
        var features = new JsonArray();
        foreach (var zone in await All(http, backends, profile))
        {
            features.Add(Feature(zone));
        }
        http.Response.Headers.CacheControl = "public, max-age=60";
        return Results.Text(
            new JsonObject { ["type"] = "FeatureCollection", ["features"] = features }.ToJsonString(),
            MediaType
        );
    }

    private static async Task<List<Zone>> All(HttpContext http, Backends backends, ClientProfile client)
    {
        var area = client.ServiceArea[0];
        var request = new ListZonesRequest
        {
            Parent = $"clients/{client.Id}",
            Box = new Box
            {
                SouthWest = new LatLng { Latitude = area[0], Longitude = area[1] },
                NorthEast = new LatLng { Latitude = area[2], Longitude = area[3] },
            },
            PageSize = Platform.Rpc.Limits.PageSize,
        };
        var zones = new List<Zone>();
        for (var page = 0; page < PagesMax; page++)
        {
            var reply = await backends.Parking.ListZonesAsync(request, Backends.For(http, token: null));
            zones.AddRange(reply.Zones);
            if (reply.NextPageToken.Length == 0)
            {
                break;
            }
            request.PageToken = reply.NextPageToken;
        }
        return zones;
    }

    private static JsonObject Feature(Zone zone) =>
        new()
        {
            ["type"] = "Feature",
            ["properties"] = new JsonObject
            {
                ["title"] = zone.Title,
                ["parking"] = zone.Parking switch
                {
                    ZoneParking.Permitted => "permitted",
                    ZoneParking.Forbidden => "forbidden",
                    _ => "",
                },
            },
            ["geometry"] = Geometry(zone.BoundaryGeojson),
        };

    private static JsonNode? Geometry(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // A zone without a readable shape is not drawn; its rules hold all the same.
            return null;
        }
    }
}

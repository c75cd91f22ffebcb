using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Mobility.Web;

/// <summary>Styles, scripts and pictures of the assembly, each under an address that changes with its bytes.</summary>
public static class StaticAssets
{
    private const string Path = "/static/";
    private const string Prefix = "assets/";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".json"] = "application/json",
    };

    private static readonly FrozenDictionary<string, Asset> Assets = Load();

    /// <summary>The address of an asset.</summary>
    public static string Url(string name) => $"{Path}{name}?v={Assets[name].Hash[..12]}";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                Path + "{name}",
                (string name, HttpContext http) =>
                {
                    if (!Assets.TryGetValue(name, out var asset))
                    {
                        return new PageNotFound();
                    }
                    // The hash stands in the address that pages use; by another address it is asked for again.
                    http.Response.Headers.CacheControl = http.Request.Query.ContainsKey("v")
                        ? "public, max-age=31536000, immutable"
                        : "public, max-age=60";
                    return Results.Bytes(
                        asset.Bytes,
                        asset.MediaType,
                        entityTag: new EntityTagHeaderValue($"\"{asset.Hash}\"")
                    );
                }
            )
            .ExcludeFromDescription();

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = typeof(StaticAssets).Assembly;
        return assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                name => name[Prefix.Length..],
                name =>
                {
                    using var file = assembly.GetManifestResourceStream(name)!;
                    using var memory = new MemoryStream();
                    file.CopyTo(memory);
                    var bytes = memory.ToArray();
                    var type = Types[System.IO.Path.GetExtension(name)];
                    return new Asset(bytes, type, Convert.ToHexStringLower(SHA256.HashData(bytes)));
                },
                StringComparer.Ordinal
            );
    }

    private sealed record Asset(byte[] Bytes, string MediaType, string Hash);
}

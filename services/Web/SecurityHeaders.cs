using Mobility.Platform;

namespace Mobility.Web;

/// <summary>What browsers are told to forbid: anything not ours, scripts and styles inside a page, frames.</summary>
public static class SecurityHeaders
{
    public const string TileUrlSetting = "MOBILITY_TILE_URL";

    /// <summary>Middleware that adds them to every reply.</summary>
    public static Task Add(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy(http.RequestServices.GetRequiredService<Settings>());
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "geolocation=(self), camera=(self), microphone=(), payment=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        http.Response.OnStarting(() =>
        {
            // Antiforgery writes its own value before; a page that may be kept says so by View.Keepable.
            if (http.Items.ContainsKey(View.KeepableItem))
            {
                headers.CacheControl = "private, no-cache";
                headers.Remove("Pragma");
            }
            else if (!headers.CacheControl.ToString().Contains("max-age", StringComparison.Ordinal))
            {
                headers.CacheControl = "no-store";
                headers.Remove("Pragma");
            }
            return Task.CompletedTask;
        });
        return next(http);
    }

    private static string Policy(Settings settings) =>
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
        + $"frame-ancestors 'none'; base-uri 'none'; img-src 'self' data:{TileOrigin(settings)}";

    private static string TileOrigin(Settings settings) =>
        settings.Own.TryGetValue(TileUrlSetting, out var url)
        && Uri.TryCreate(url.Replace("{s}", "a", StringComparison.Ordinal), UriKind.Absolute, out var tiles)
            ? $" {tiles.GetLeftPart(UriPartial.Authority)}"
            : "";
}

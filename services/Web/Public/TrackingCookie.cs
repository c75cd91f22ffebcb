using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Mobility.Web.Public;

/// <summary>The complaint that a browser has before it.</summary>
/// <param name="Code">Its tracking code.</param>
/// <param name="Client">Slug of the client by whose entrance it came; empty when only the code is known.</param>
/// <param name="PhotoProblems">Reasons why photos of it were refused when it was filed.</param>
public sealed record Tracking(string Code, string Client, IReadOnlyList<string> PhotoProblems)
{
    /// <summary>The id of the form that filed it; empty when only the code was typed.</summary>
    public string RequestId { get; init; } = "";
}

/// <summary>
/// Keeps a tracking code between two pages: sealed in a cookie that ends with the browser, because an address ends up
/// in histories and logs.
/// </summary>
public static class TrackingCookie
{
    private const string Name = "mobility-tracking";

    public static void Put(HttpContext http, Tracking tracking) =>
        http.Response.Cookies.Append(
            Name,
            Seal(http).Protect(JsonSerializer.Serialize(tracking)),
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = http.Request.IsHttps,
                IsEssential = true,
            }
        );

    /// <summary>What the browser has before it; null when nothing, or nothing that we sealed.</summary>
    public static Tracking? Get(HttpContext http)
    {
        if (http.Request.Cookies[Name] is not { Length: > 0 } text)
        {
            return null;
        }
        try
        {
            return JsonSerializer.Deserialize<Tracking>(Seal(http).Unprotect(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public static void Forget(HttpContext http) => http.Response.Cookies.Delete(Name);

    private static IDataProtector Seal(HttpContext http) =>
        http.RequestServices.GetRequiredService<WebKey>().CreateProtector("tracking");
}

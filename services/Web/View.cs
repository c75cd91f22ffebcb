using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Mobility.Web;

/// <summary>Shows components as pages.</summary>
public static class View
{
    internal const string KeepableItem = "mobility.keepable";

    /// <summary>A page or, for htmx, a part of one.</summary>
    public static IResult Of<T>(params (string Name, object? Value)[] parameters)
        where T : IComponent => Of<T>(StatusCodes.Status200OK, parameters);

    /// <summary>A page with a status of its own.</summary>
    public static IResult Of<T>(int status, params (string Name, object? Value)[] parameters)
        where T : IComponent =>
        new RazorComponentResult<T>(parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal))
        {
            StatusCode = status,
        };

    /// <summary>
    /// Lets the browser keep the page for its back button, with the same request id in its form and what was typed.
    /// Only for pages without personal data: all others are no-store.
    /// </summary>
    public static IResult Keepable(HttpContext http, IResult page)
    {
        http.Items[KeepableItem] = true;
        return page;
    }

    /// <summary>Does htmx ask for a part of a page?</summary>
    public static bool IsHtmx(HttpContext http) => http.Request.Headers.ContainsKey("HX-Request");

    /// <summary>Leads the browser on after a form did its effect, so that reloading repeats nothing.</summary>
    public static IResult Then(string path) => new SeeOther(path);

    /// <summary>Can it stand in a header? What a browser sends back is not always what it was given.</summary>
    public static bool IsPath(string path) => path.StartsWith('/') && path.All(c => c is > ' ' and <= '~');

    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = Ascii(path);
            return Task.CompletedTask;
        }

        /// <summary>A header holds ASCII only; what stands in an address besides goes percent-encoded.</summary>
        private static string Ascii(string address) =>
            string.Concat(
                address
                    .EnumerateRunes()
                    .Select(r => r.Value is > 0x20 and < 0x7F ? r.ToString() : Uri.EscapeDataString(r.ToString()))
            );
    }
}

using Grpc.Core;
using Microsoft.AspNetCore.Antiforgery;
using Mobility.Web.SignIn;
using Mobility.Web.Webhooks;

namespace Mobility.Web;

/// <summary>No form of another site acts for a visitor of ours: every POST outside the API shows a token of its
/// page.</summary>
public static class Csrf
{
    public const string Field = "csrf";

    private const string HealthPath = "/grpc.health.v1.Health";

    public static void Configure(AntiforgeryOptions options)
    {
        options.FormFieldName = Field;
        options.Cookie.Name = "mobility-csrf";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        // A strict Content-Security-Policy forbids frames already.
        options.SuppressXFrameOptionsHeader = true;
    }

    /// <summary>Middleware: refuses unless the token is right. The API takes no cookie, so it needs none.</summary>
    public static async Task Check(HttpContext http, RequestDelegate next)
    {
        if (IsForm(http.Request))
        {
            var antiforgery = http.RequestServices.GetRequiredService<IAntiforgery>();
            if (!http.Request.HasFormContentType || !await antiforgery.IsRequestValidAsync(http))
            {
                var problem = Problem.Own(StatusCode.PermissionDenied, Errors.FormExpired, "The form is not ours.");
                await ErrorPages.Show(problem, http);
                return;
            }
        }
        await next(http);
    }

    /// <summary>Is it a form of a page, rather than a program's call?</summary>
    public static bool IsForm(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && !request.Path.StartsWithSegments(ErrorPages.ApiPath, StringComparison.Ordinal)
        // The token in that form proves more than ours would, and it comes from another site.
        && !request.Path.Equals(SignInPages.SessionPath, StringComparison.Ordinal)
        // No browser sends it, and its address is the secret.
        && !request.Path.StartsWithSegments(WebhookRoute.Path, StringComparison.Ordinal)
        // The one gRPC service of this host, by its path: a content type is the sender's own claim.
        && !request.Path.StartsWithSegments(HealthPath, StringComparison.Ordinal);
}

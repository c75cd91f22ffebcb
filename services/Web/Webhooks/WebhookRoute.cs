using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using Mobility.Platform;
using Mobility.Platform.Data;

namespace Mobility.Web.Webhooks;

/// <summary>
/// Where a payment gateway tells that something happened. What it says is believed in nothing: the bytes are kept, and
/// the payment's owner asks the gateway itself. Whoever knows no secret finds nothing here.
/// </summary>
public static class WebhookRoute
{
    public const string Path = "/webhooks";

    /// <summary>A payment with all its parts is a tenth of it.</summary>
    public const int BodyBytes = 64 * 1024;

    /// <summary>Webhooks of a gateway at once after a pause: what it kept while this service was away.</summary>
    public const int Burst = 600;

    /// <summary>Webhooks of a gateway that come back each period: several for each payment of a big client's
    /// evening.</summary>
    public const int Refill = 100;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>Maps the address if any gateway has a secret.</summary>
    public static void Map(WebApplication web)
    {
        var secrets = WebhookSecrets.Read(web.Services.GetRequiredService<Settings>());
        if (!secrets.Any)
        {
            return;
        }
        var limiter = PartitionedRateLimiter.Create<string, string>(
            gateway => RateLimitPartition.GetTokenBucketLimiter(gateway, _ => Options()),
            StringComparer.Ordinal
        );
        web.Lifetime.ApplicationStopped.Register(limiter.Dispose);
        web.MapPost(
                $"{Path}/{{gateway}}/{{secret}}",
                (HttpContext http, string gateway, string secret) => Take(http, secrets, limiter, gateway, secret)
            )
            .ExcludeFromDescription();
    }

    private static async Task<IResult> Take(
        HttpContext http,
        WebhookSecrets secrets,
        PartitionedRateLimiter<string> limiter,
        string gateway,
        string secret
    )
    {
        if (!secrets.Fits(gateway, secret))
        {
            return new PageNotFound();
        }
        using var lease = limiter.AttemptAcquire(gateway);
        if (!lease.IsAcquired)
        {
            return Later(http, StatusCodes.Status429TooManyRequests);
        }
        if (await Read(http) is not { } body)
        {
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        }
        var db = http.RequestServices.GetRequiredService<Db>();
        var kept = await db.InTransaction(
            Db.AllClients,
            async tx =>
            {
                tx.Wake(TellOfWebhooks.Job);
                return await WebhookTable.Keep(tx, gateway, body);
            },
            http.RequestAborted
        );
        // Answered after the commit: the gateway sends no second time what it was told is taken.
        return kept ? Results.Ok() : Later(http, StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>The body; null when it is too long.</summary>
    private static async Task<byte[]?> Read(HttpContext http)
    {
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = BodyBytes;
        using var kept = new MemoryStream();
        try
        {
            await http.Request.Body.CopyToAsync(kept, http.RequestAborted);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
        return kept.ToArray();
    }

    private static IResult Later(HttpContext http, int status)
    {
        http.Response.Headers.RetryAfter = Period.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return Results.StatusCode(status);
    }

    private static TokenBucketRateLimiterOptions Options() =>
        new()
        {
            TokenLimit = Burst,
            TokensPerPeriod = Refill,
            ReplenishmentPeriod = Period,
            AutoReplenishment = true,
            QueueLimit = 0,
        };
}

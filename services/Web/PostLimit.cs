using System.Threading.RateLimiting;
using Grpc.Core;
using Mobility.Platform;
using Mobility.Web.Webhooks;

namespace Mobility.Web;

/// <summary>
/// How often one address may post, or one household's network of IPv6: a whole street behind one address still gets
/// through, a script that files thousands does not. Complaints beyond the services' own limits are kept there as HELD;
/// this bounds only the machine's work.
/// </summary>
public sealed class PostLimit : IDisposable
{
    /// <summary>Posts at once after a pause: a neighbourhood's evening, each with forms looked up and sent.</summary>
    public const int Burst = 120;

    /// <summary>Posts that come back each period.</summary>
    public const int Refill = 20;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly PartitionedRateLimiter<HttpContext> limiter = PartitionedRateLimiter.Create<HttpContext, string>(
        http =>
            RateLimitPartition.GetTokenBucketLimiter(
                AddressOf(http),
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = Burst,
                    TokensPerPeriod = Refill,
                    ReplenishmentPeriod = Period,
                    AutoReplenishment = true,
                    QueueLimit = 0,
                }
            ),
        StringComparer.Ordinal
    );

    /// <summary>An opaque name of the caller's address, by which services count without knowing it.</summary>
    public static string SenderOf(HttpContext http) =>
        http.RequestServices.GetRequiredService<WebKey>().Pseudonym("sender", AddressOf(http));

    /// <summary>Middleware: turns away what is too much, with the time after which to come back.</summary>
    public static async Task Check(HttpContext http, RequestDelegate next)
    {
        // A gateway's one address sends for everybody and has a limit of its own, behind its secret.
        var isWebhook = http.Request.Path.StartsWithSegments(WebhookRoute.Path, StringComparison.Ordinal);
        if (HttpMethods.IsPost(http.Request.Method) && !isWebhook)
        {
            var limit = http.RequestServices.GetRequiredService<PostLimit>();
            using var lease = limit.limiter.AttemptAcquire(http);
            if (!lease.IsAcquired)
            {
                var problem = Problem.Own(
                    StatusCode.ResourceExhausted,
                    Errors.TooManyRequests,
                    $"At most {Burst} posts at once and {Refill} more every {Period.TotalSeconds} seconds."
                ) with
                {
                    RetryAfter = Period,
                };
                await ErrorPages.Show(problem, http);
                return;
            }
        }
        await next(http);
    }

    public void Dispose() => limiter.Dispose();

    private static string AddressOf(HttpContext http) => Overload.SourceOf(http.Connection.RemoteIpAddress).ToString();
}

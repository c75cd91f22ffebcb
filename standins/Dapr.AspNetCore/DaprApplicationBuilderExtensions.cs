using Dapr;
using Dapr.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

public static class DaprApplicationBuilderExtensions
{
    /// <summary>Unwraps requests of type application/cloudevents+json: the payload becomes the body.</summary>
    public static IApplicationBuilder UseCloudEvents(this IApplicationBuilder builder) =>
        builder.UseCloudEvents(new CloudEventsMiddlewareOptions());

    public static IApplicationBuilder UseCloudEvents(
        this IApplicationBuilder builder,
        CloudEventsMiddlewareOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        return builder.UseMiddleware<CloudEventsMiddleware>(options);
    }
}

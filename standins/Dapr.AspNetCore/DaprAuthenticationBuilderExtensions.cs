using Dapr.AspNetCore;

namespace Microsoft.AspNetCore.Authentication;

public static class DaprAuthenticationBuilderExtensions
{
    /// <summary>Adds the scheme "Dapr" with the token of APP_API_TOKEN.</summary>
    public static AuthenticationBuilder AddDapr(this AuthenticationBuilder builder) => builder.AddDapr(_ => { });

    public static AuthenticationBuilder AddDapr(
        this AuthenticationBuilder builder,
        Action<DaprAuthenticationOptions> configureOptions
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddScheme<DaprAuthenticationOptions, DaprAuthenticationHandler>(
            DaprAuthenticationOptions.DefaultScheme,
            configureOptions
        );
    }
}

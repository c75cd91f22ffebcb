using Dapr.AspNetCore;

namespace Microsoft.AspNetCore.Authorization;

public static class DaprAuthorizationOptionsExtensions
{
    /// <summary>Adds a policy that only the authenticated sidecar satisfies.</summary>
    public static void AddDapr(this AuthorizationOptions options, string name = "Dapr")
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AddPolicy(
            name,
            policy =>
                policy.AddAuthenticationSchemes(DaprAuthenticationOptions.DefaultScheme).RequireAuthenticatedUser()
        );
    }
}

using Microsoft.AspNetCore.Authentication;

namespace Dapr.AspNetCore;

/// <summary>The token by which the application knows its sidecar.</summary>
public class DaprAuthenticationOptions : AuthenticationSchemeOptions
{
    internal const string DefaultScheme = "Dapr";

    /// <summary>APP_API_TOKEN of the environment by default. Without a token nobody is let in.</summary>
    public string? Token { get; set; } = DaprDefaults.AppApiToken(Environment.GetEnvironmentVariable);
}

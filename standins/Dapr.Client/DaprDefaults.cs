using System.Globalization;

namespace Dapr;

/// <summary>Where the sidecar is, by the settings that Dapr itself gives to an application.</summary>
internal static class DaprDefaults
{
    public static string HttpEndpoint(Func<string, string?> setting) =>
        Endpoint(setting("DAPR_HTTP_ENDPOINT"), setting("DAPR_HTTP_PORT"), 3500);

    public static string GrpcEndpoint(Func<string, string?> setting) =>
        Endpoint(setting("DAPR_GRPC_ENDPOINT"), setting("DAPR_GRPC_PORT"), 50001);

    public static string? DaprApiToken(Func<string, string?> setting) => setting("DAPR_API_TOKEN");

    public static string? AppApiToken(Func<string, string?> setting) => setting("APP_API_TOKEN");

    private static string Endpoint(string? endpoint, string? port, int otherwise)
    {
        if (!string.IsNullOrWhiteSpace(endpoint))
        {
            return endpoint;
        }
        var number = string.IsNullOrWhiteSpace(port) ? otherwise : int.Parse(port, CultureInfo.InvariantCulture);
        // The sidecar listens on IPv4, and "localhost" would try IPv6 first.
        return string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{number}");
    }
}

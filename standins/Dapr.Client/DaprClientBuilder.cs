using Grpc.Net.Client;

namespace Dapr.Client;

/// <summary>Makes a client; without settings it takes the environment variables that Dapr gives to an
/// application.</summary>
public sealed class DaprClientBuilder
{
    private string _httpEndpoint = DaprDefaults.HttpEndpoint(Environment.GetEnvironmentVariable);
    private string _grpcEndpoint = DaprDefaults.GrpcEndpoint(Environment.GetEnvironmentVariable);
    private string? _apiToken = DaprDefaults.DaprApiToken(Environment.GetEnvironmentVariable);
    private TimeSpan _timeout;

    public DaprClientBuilder() { }

    public DaprClientBuilder UseHttpEndpoint(string httpEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(httpEndpoint);
        _httpEndpoint = httpEndpoint;
        return this;
    }

    public DaprClientBuilder UseGrpcEndpoint(string grpcEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(grpcEndpoint);
        _grpcEndpoint = grpcEndpoint;
        return this;
    }

    public DaprClientBuilder UseDaprApiToken(string apiToken)
    {
        _apiToken = apiToken;
        return this;
    }

    /// <summary>Limits the calls to the HTTP endpoint; a publish ends by its cancellation token.</summary>
    public DaprClientBuilder UseTimeout(TimeSpan timeout)
    {
        _timeout = timeout;
        return this;
    }

    public DaprClient Build()
    {
        var grpc = WebAddress(_grpcEndpoint, "gRPC");
        var http = new HttpClient { BaseAddress = WebAddress(_httpEndpoint, "HTTP") };
        if (_timeout > TimeSpan.Zero)
        {
            http.Timeout = _timeout;
        }
        // A caller that cancels expects OperationCanceledException, as from every other .NET call.
        var channel = GrpcChannel.ForAddress(grpc, new() { ThrowOperationCanceledOnCancellation = true });
        return new SidecarClient(channel, http, string.IsNullOrWhiteSpace(_apiToken) ? null : _apiToken);
    }

    private static Uri WebAddress(string endpoint, string name)
    {
        var address = new Uri(endpoint);
        return address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps
            ? address
            : throw new InvalidOperationException($"The {name} endpoint must use http or https.");
    }
}

using Dapr;
using Dapr.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

public static class DaprServiceCollectionExtensions
{
    /// <summary>
    /// Registers a <see cref="DaprClient"/> unless there is one. The settings are the configuration's, then the
    /// environment's, then those of <paramref name="configure"/>, the last one winning.
    /// </summary>
    public static void AddDaprClient(
        this IServiceCollection services,
        Action<DaprClientBuilder>? configure = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAdd(new ServiceDescriptor(typeof(DaprClient), provider => Build(provider, configure), lifetime));
    }

    private static DaprClient Build(IServiceProvider provider, Action<DaprClientBuilder>? configure)
    {
        var configuration = provider.GetService<IConfiguration>();
        string? Setting(string name) => configuration?[name] ?? Environment.GetEnvironmentVariable(name);

        var builder = new DaprClientBuilder()
            .UseHttpEndpoint(DaprDefaults.HttpEndpoint(Setting))
            .UseGrpcEndpoint(DaprDefaults.GrpcEndpoint(Setting));
        if (DaprDefaults.DaprApiToken(Setting) is { Length: > 0 } token)
        {
            builder.UseDaprApiToken(token);
        }
        configure?.Invoke(builder);
        return builder.Build();
    }
}

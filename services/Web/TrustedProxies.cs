using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Mobility.Platform;
using IPNetwork = System.Net.IPNetwork;

namespace Mobility.Web;

/// <summary>
/// Proxies in front of this service: from their networks alone is believed whose request they pass on, and whether it
/// came encrypted. From anybody else such a header is only a claim.
/// </summary>
public static class TrustedProxies
{
    /// <summary>Name of the setting: networks such as "10.0.0.0/8,fd00::/8"; without it no proxy is believed.</summary>
    public const string Setting = "MOBILITY_TRUSTED_PROXIES";

    /// <summary>Middleware, before all that asks for the visitor's address.</summary>
    /// <exception cref="InvalidOperationException">The setting is no list of networks.</exception>
    public static void Use(WebApplication web)
    {
        var networks = Read(web.Services.GetRequiredService<Settings>());
        if (networks.Count == 0)
        {
            return;
        }
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // A chain is followed backwards as long as each of its members is one of ours.
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
        {
            options.KnownIPNetworks.Add(network);
        }
        web.UseForwardedHeaders(options);
    }

    /// <summary>The networks of the setting; a single address is a network of one.</summary>
    public static IReadOnlyList<IPNetwork> Read(Settings settings) =>
        [
            .. (settings.Own.GetValueOrDefault(Setting) ?? "")
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(NetworkOf),
        ];

    private static IPNetwork NetworkOf(string text)
    {
        if (IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0)
        {
            return network;
        }
        // A network of everybody would let everybody choose an address.
        return IPAddress.TryParse(text, out var single)
            ? new IPNetwork(single, single.GetAddressBytes().Length * 8)
            : throw new InvalidOperationException($"{Setting}: {text} is no network such as 10.0.0.0/8.");
    }
}

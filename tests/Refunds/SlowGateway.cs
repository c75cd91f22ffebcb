using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mobility.Platform;
using Mobility.Refunds;

namespace Mobility.Tests.Refunds;

/// <summary>The house's gateway, but that something happens between a question and its answer.</summary>
internal sealed class SlowGateway : IAsyncDisposable
{
    private readonly RefundsHouse house;
    private readonly WebApplication web;

    private SlowGateway(RefundsHouse house, WebApplication web) => (this.house, this.web) = (house, web);

    /// <summary>Questions so far.</summary>
    public int Asked { get; private set; }

    /// <summary>A failure of what happens meanwhile is a question without an answer.</summary>
    public static async Task<SlowGateway> Start(RefundsHouse house, Func<Task> meanwhile)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var gateway = new SlowGateway(house, builder.Build());
        gateway.web.MapGet(
            "/v1/payments/{key}",
            async (string key) =>
            {
                gateway.Asked++;
                await meanwhile();
                return Results.Text((await house.Gateway.Query(key)).Text, "application/json");
            }
        );
        await gateway.web.StartAsync();
        return gateway;
    }

    /// <summary>What a job runs with that asks here and not the house's own gateway.</summary>
    public JobContext Job()
    {
        var own = new Dictionary<string, string>(house.Service.Settings.Own, StringComparer.Ordinal)
        {
            [SettleRefunds.GatewayUrl] = web.Urls.Single(),
        };
        return house.Service.Job() with { Settings = house.Service.Settings with { Own = own } };
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();
}

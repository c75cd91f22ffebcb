using Grpc.Health.V1;
using Mobility.Faults.V1;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class HostTests
{
    [Fact]
    public async Task Health_is_watched_as_a_stream_and_told_over_http_too()
    {
        await using var service = await new ThingApp().Start();
        var health = new Health.HealthClient(service.Channel);
        using var watch = health.Watch(new HealthCheckRequest { Service = FaultsService.Descriptor.FullName });
        while (await watch.ResponseStream.MoveNext(CancellationToken.None))
        {
            if (watch.ResponseStream.Current.Status == HealthCheckResponse.Types.ServingStatus.Serving)
            {
                break;
            }
        }
        using var http = new HttpClient { BaseAddress = service.Http };
        Assert.Equal("alive", await http.GetStringAsync(new Uri("/healthz", UriKind.Relative)));
        Assert.Equal("ready", await http.GetStringAsync(new Uri("/readyz", UriKind.Relative)));
    }

    [Fact]
    public async Task Metrics_count_rpcs_by_method_and_code()
    {
        await using var service = await new ThingApp().Start();
        var client = new FaultsService.FaultsServiceClient(service.Channel);
        var refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () =>
            await client.GetFaultAsync(new GetFaultRequest())
        );
        Assert.Equal("CREDENTIALS_MISSING", TestService.ReasonOf(refused));
        using var http = new HttpClient { BaseAddress = service.Http };
        var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains(
            "mobility_rpcs_total{method=\"GetFault\",code=\"Unauthenticated\"}",
            text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_page_that_leaves_out_an_rpc_does_not_start()
    {
        var error = Assert.Throws<InvalidOperationException>(() => AppPage.Of(new ForgetfulApp()));
        Assert.Contains("/mobility.faults.v1.FaultsService/ListFaults", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("GetFault,", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_with_a_stream_does_not_start_because_the_gate_admits_single_calls_only()
    {
        var page = new AppPage();
        page.Service<Health.HealthBase>(Health.Descriptor);
        page.Rpc("Check", Role.Rider);
        Assert.Throws<InvalidOperationException>(() => page.Rpc("Watch", Role.Rider));
    }

    [Fact]
    public async Task A_watcher_of_health_is_told_of_the_stop_and_does_not_hold_it_up()
    {
        var service = await new ThingApp().Start();
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress($"http://{service.Channel.Target}");
        using var watch = new Health.HealthClient(channel).Watch(new HealthCheckRequest());
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        await service.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(15));
        var last = watch.ResponseStream.Current.Status;
        while (await watch.ResponseStream.MoveNext(CancellationToken.None))
        {
            last = watch.ResponseStream.Current.Status;
        }
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, last);
    }

    private sealed class ForgetfulApp : ServiceApp
    {
        public override string Name => "forgetful";

        public override void Define(AppPage page)
        {
            page.Service<FaultsService.FaultsServiceBase>(FaultsService.Descriptor);
            page.Rpc("GetFault", Role.Rider);
        }
    }
}

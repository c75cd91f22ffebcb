using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>The host with a page that has one RPC of each kind.</summary>
public sealed class PlatformSmokeTests
{
    [Fact]
    public async Task A_service_starts_answers_health_and_refuses_a_call_without_a_token()
    {
        await using var service = await TestService.Start(new EmptyApp());
        var client = new FaultsService.FaultsServiceClient(service.Channel);
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.GetFaultAsync(new GetFaultRequest())
        );
        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
        Assert.Equal("CREDENTIALS_MISSING", TestService.ReasonOf(error));
        var health = new Grpc.Health.V1.Health.HealthClient(service.Channel);
        using var watch = health.Watch(new Grpc.Health.V1.HealthCheckRequest());
        while (await watch.ResponseStream.MoveNext(CancellationToken.None))
        {
            if (watch.ResponseStream.Current.Status == Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving)
            {
                break;
            }
        }
        var caller = service.As(Role.Rider, "clients/gangneung-kick/riders/0190a6c0-0000-7000-8000-000000000001");
        var found = await client.GetFaultAsync(new GetFaultRequest { Name = "x" }, caller);
        Assert.Equal("x", found.Name);
    }

    private sealed class EmptyApp : ServiceApp
    {
        public override string Name => "empty";

        public override void Define(AppPage page)
        {
            page.Service<Echo>(FaultsService.Descriptor);
            foreach (var method in FaultsService.Descriptor.Methods)
            {
                page.Rpc(method.Name, Role.Rider);
            }
        }
    }

    private sealed class Echo : FaultsService.FaultsServiceBase
    {
        public override Task<Fault> GetFault(GetFaultRequest request, ServerCallContext context) =>
            Task.FromResult(new Fault { Name = request.Name, Note = Call.Of(context).Caller.Subject });
    }
}

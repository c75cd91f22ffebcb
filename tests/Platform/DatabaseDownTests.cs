using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Launcher;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class DatabaseDownTests
{
    [Fact]
    public async Task Callers_get_unavailable_while_the_database_is_down_and_the_same_request_succeeds_after_it()
    {
        var folder = Directory.CreateTempSubdirectory("mobility-down-");
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
        var options = new PostgresOptions(Path.Combine(folder.FullName, "postgres")) { Fsync = false };
        try
        {
            await ReadyPostgres.In(options.Folder);
            var first = await PrivatePostgres.StartAsync(options);
            var database = await first.CreateDatabase("things");
            await using var service = await TestService.Start(
                new ThingApp { Register = (_, _) => Task.FromResult(new Vehicle()) },
                database: database
            );
            await first.DisposeAsync();
            var error = await Assert.ThrowsAsync<RpcException>(() => Register(service));
            Assert.Equal(StatusCode.Unavailable, error.StatusCode);
            Assert.Equal("DATABASE_UNAVAILABLE", TestService.ReasonOf(error));
            var events = await service.Deliver(TestService.EnvelopeOf(ThingApp.Changed(), "faults", 1, ThingApp.Thing));
            Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, events.StatusCode);
            await using var again = await PrivatePostgres.StartAsync(options with { Port = first.Port });
            Assert.Equal(new Vehicle(), await Register(service));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Vehicle> Register(TestService service)
    {
        var client = new FaultsService.FaultsServiceClient(service.Channel);
        var request = new RegisterVehicleRequest
        {
            Parent = "clients/gangneung-kick",
            RequestId = "7a2f8c9e-1111-4222-8333-444455556667",
        };
        return await client.RegisterVehicleAsync(request, service.As(Role.Rider, ThingApp.Rider));
    }
}

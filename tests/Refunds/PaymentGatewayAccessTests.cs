using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>Who may speak to the simulator.</summary>
public sealed class PaymentGatewayAccessTests : IAsyncLifetime
{
    private GatewayInProcess gateway = null!;

    private GatewayClient Client => gateway.Client;

    public async Task InitializeAsync() => gateway = await GatewayInProcess.Start();

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Theory]
    [InlineData("another_secret_key_000:", 401, "UNAUTHORIZED_KEY")]
    [InlineData(GatewayProcess.Secret, 403, "INCORRECT_BASIC_AUTH_FORMAT")]
    [InlineData(GatewayProcess.Secret + ":password", 401, "UNAUTHORIZED_KEY")]
    public async Task A_wrong_secret_is_refused_on_every_route_but_health(string user, int status, string code)
    {
        using var stranger = new GatewayClient(Client.Url, user);
        string[] paths =
        [
            "/v1/payments/p",
            "/simulator/ledger",
            "/simulator/faults",
            "/back-office/ledger",
            "/nowhere",
        ];

        foreach (var path in paths)
        {
            var reply = await stranger.Get(path);
            Assert.Equal((status, code), (reply.Status, reply.Code));
        }
        Assert.Equal(200, (await stranger.Get("/healthz")).Status);
    }
}

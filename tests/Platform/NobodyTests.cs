using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>Callers without a token: admitted where the page says so, with ids that nobody guesses, remembered for a
/// day.</summary>
public sealed class NobodyTests
{
    private const string Random = "7a2f8c9e-1111-4222-8333-444455556666";
    private const string OfATime = "0190a6c0-0000-7000-8000-00000000abcd";

    [Fact]
    public async Task Nobody_passes_where_the_page_says_so_for_any_client()
    {
        await using var service = await Open();

        await Register(service, Random);
        await Register(service, Random, client: TestIssuer.OtherClient);

        Assert.Equal(
            [TestIssuer.Client, TestIssuer.OtherClient],
            await service.Rows<string>("""SELECT client_id FROM thing ORDER BY client_id""")
        );
    }

    [Fact]
    public async Task Nobody_passes_nowhere_else()
    {
        await using var closed = await new ThingApp().Start();
        await using var open = await Open();

        Assert.Equal(
            (StatusCode.Unauthenticated, "CREDENTIALS_MISSING"),
            await Refused(() => Register(closed, Random))
        );
        Assert.Equal(
            (StatusCode.Unauthenticated, "CREDENTIALS_MISSING"),
            await Refused(async () => await Client(open).GetFaultAsync(new() { Name = ThingApp.Thing }))
        );
        Assert.Equal(0, await ThingApp.Count(closed));
    }

    [Fact]
    public async Task A_bad_token_is_not_taken_for_none()
    {
        await using var service = await Open();
        var now = service.Clock.GetUtcNow();
        Metadata[] bad =
        [
            TestService.Bearer("x"),
            TestService.Bearer(""),
            new() { { "authorization", "" } },
            new() { { "authorization", "Basic bm9ib2R5Og==" } },
            TestService.Bearer(TestIssuer.Token(Role.Rider, ThingApp.Rider, now, foreignKey: true)),
            TestService.Bearer(TestIssuer.Token(Role.Rider, ThingApp.Rider, now, age: TimeSpan.FromMinutes(12))),
            TestService.Bearer(TestIssuer.Token(Role.Anonymous, "anonymous", now)),
        ];
        foreach (var headers in bad)
        {
            var (code, _) = await Refused(() => Register(service, Random, headers));
            Assert.Equal(StatusCode.Unauthenticated, code);
        }
        Assert.Equal(0, await ThingApp.Count(service));
    }

    [Fact]
    public async Task A_good_token_of_a_role_that_is_not_on_the_line_stays_outside()
    {
        await using var service = await Open();

        var technician = service.As(Role.Technician, "people/" + OfATime);

        Assert.Equal(
            (StatusCode.PermissionDenied, "PERMISSION_DENIED"),
            await Refused(() => Register(service, Random, technician))
        );
    }

    [Theory]
    [InlineData(OfATime)]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("again")]
    public async Task Nobodys_request_id_has_to_be_random_and_a_bearers_need_not(string id)
    {
        await using var service = await Open();

        var error = await Assert.ThrowsAsync<RpcException>(() => Register(service, id));

        Assert.Equal(["request_id"], TestService.FieldsOf(error));
        Assert.Equal(0, await ThingApp.Count(service));
        await Register(service, OfATime, service.As(Role.Rider, ThingApp.Rider));
        Assert.Equal(1, await ThingApp.Count(service));
    }

    [Fact]
    public async Task Nobody_is_one_caller_so_an_id_counts_once_among_all_of_them_and_apart_from_bearers()
    {
        await using var service = await Open();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Register(service, Random)));
        Assert.Equal(1, await ThingApp.Count(service));
        Assert.Equal(
            (StatusCode.InvalidArgument, "REQUEST_ID_REUSED"),
            await Refused(() => Register(service, Random, code: "GK-2"))
        );
        await Register(service, Random, service.As(Role.Rider, ThingApp.Rider));
        Assert.Equal(2, await ThingApp.Count(service));
    }

    [Fact]
    public async Task What_nobody_was_told_is_forgotten_after_24_hours_and_what_bearers_were_told_is_not()
    {
        await using var service = await Open();
        await Register(service, Random);
        await Register(service, OfATime, service.As(Role.Rider, ThingApp.Rider));

        // Exactly a day is not yet past it.
        service.Clock.Advance(TimeSpan.FromHours(24));
        await Register(service, Random);
        Assert.Equal(2, await ThingApp.Count(service));

        service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        service.Db.Wake("housekeeping");
        await Poll.Until(async () => (await Keys(service)).Count == 1, what: "nobody's key is gone");

        Assert.Contains(ThingApp.Rider, Assert.Single(await Keys(service)), StringComparison.Ordinal);
        await Register(service, OfATime, service.As(Role.Rider, ThingApp.Rider));
        Assert.Equal(2, await ThingApp.Count(service));
        await Register(service, Random);
        Assert.Equal(3, await ThingApp.Count(service));
    }

    private static Task<TestService> Open() => new ThingApp { MayRegister = [Role.Anonymous, Role.Rider] }.Start();

    private static FaultsService.FaultsServiceClient Client(TestService service) => new(service.Channel);

    private static async Task Register(
        TestService service,
        string requestId,
        Metadata? headers = null,
        string client = TestIssuer.Client,
        string code = "GK-1"
    ) =>
        await Client(service)
            .RegisterVehicleAsync(
                new()
                {
                    Parent = $"clients/{client}",
                    Vehicle = new() { PrintedCode = code },
                    RequestId = requestId,
                },
                headers
            );

    private static async Task<(StatusCode, string)> Refused(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        return (error.StatusCode, TestService.ReasonOf(error));
    }

    private static Task<IReadOnlyList<string>> Keys(TestService service) =>
        service.Rows<string>("""SELECT key FROM once ORDER BY key""");
}

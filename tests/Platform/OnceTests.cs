using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class OnceTests
{
    private const string Id = "7a2f8c9e-1111-4222-8333-444455556666";

    [Fact]
    public async Task A_request_repeated_10_times_at_once_has_one_effect_and_ten_equal_replies()
    {
        await using var service = await new ThingApp().Start();
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Register(service, "GK-1")));
        Assert.All(replies, r => Assert.Equal(replies[0], r));
        Assert.Equal(1, await ThingApp.Count(service));
        Assert.Single(await service.Events());
    }

    [Fact]
    public async Task A_failed_request_leaves_no_trace_and_can_be_retried()
    {
        var fails = true;
        var app = new ThingApp
        {
            Register = async (_, tx) =>
            {
                await ThingApp.Insert(tx);
                tx.Publish(ThingApp.Changed(), ThingApp.Thing);
                return fails ? throw new Refusal(StatusCode.FailedPrecondition, "NOT_NOW", "Not now.") : new Vehicle();
            },
        };
        await using var service = await app.Start();
        var error = await Assert.ThrowsAsync<RpcException>(() => Register(service, "GK-1"));
        Assert.Equal("NOT_NOW", TestService.ReasonOf(error));
        Assert.Equal(0, await ThingApp.Count(service));
        Assert.Empty(await service.Events());
        fails = false;
        await Register(service, "GK-1");
        Assert.Equal(1, await ThingApp.Count(service));
    }

    [Fact]
    public async Task A_request_id_reused_for_another_body_is_refused_and_changes_nothing()
    {
        await using var service = await new ThingApp().Start();
        await Register(service, "GK-1");
        var error = await Assert.ThrowsAsync<RpcException>(() => Register(service, "GK-2"));
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal("REQUEST_ID_REUSED", TestService.ReasonOf(error));
        Assert.Equal(["request_id"], TestService.FieldsOf(error));
        Assert.Equal(1, await ThingApp.Count(service));
    }

    [Fact]
    public async Task The_same_request_id_of_another_caller_is_another_request()
    {
        await using var service = await new ThingApp().Start();
        await Register(service, "GK-1");
        await Register(service, "GK-1", "clients/gangneung-kick/riders/0190a6c0-0000-7000-8000-000000000002");
        Assert.Equal(2, await ThingApp.Count(service));
    }

    [Fact]
    public async Task A_block_that_loses_a_deadlock_runs_anew_and_commits_once()
    {
        var attempts = 0;
        var app = new ThingApp
        {
            Register = async (_, tx) =>
            {
                await ThingApp.Insert(tx);
                if (Interlocked.Increment(ref attempts) == 1)
                {
                    await tx.Execute("""DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END $$""");
                }
                return new Vehicle();
            },
        };
        await using var service = await app.Start();
        await Register(service, "GK-1");
        Assert.Equal(2, attempts);
        Assert.Equal(1, await ThingApp.Count(service));
    }

    [Fact]
    public async Task A_block_that_loses_every_race_answers_aborted_and_is_no_error_of_ours()
    {
        const string deadlock = """DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END $$""";
        var app = new ThingApp
        {
            Register = async (_, tx) =>
            {
                await tx.Execute(deadlock);
                return new Vehicle();
            },
        };
        await using var service = await app.Start();
        var error = await Assert.ThrowsAsync<RpcException>(() => Register(service, "GK-1"));
        Assert.Equal(StatusCode.Aborted, error.StatusCode);
        Assert.Equal("TRANSACTION_LOST", TestService.ReasonOf(error));
    }

    [Fact]
    public async Task A_bug_answers_internal_with_a_trace_id_and_tells_nothing_of_itself()
    {
        var app = new ThingApp { Register = (_, _) => throw new InvalidOperationException("the secret inside") };
        await using var service = await app.Start();
        service.ErrorsExpected = true;
        var error = await Assert.ThrowsAsync<RpcException>(() => Register(service, "GK-1"));
        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.DoesNotContain("secret", TestService.StatusOf(error).ToString(), StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{32}$", TestService.InfoOf(error).Metadata["trace_id"]);
    }

    private static async Task<Vehicle> Register(TestService service, string code, string subject = ThingApp.Rider)
    {
        var request = new RegisterVehicleRequest
        {
            Parent = "clients/gangneung-kick",
            Vehicle = new Vehicle { PrintedCode = code },
            RequestId = Id,
        };
        var client = new FaultsService.FaultsServiceClient(service.Channel);
        return await client.RegisterVehicleAsync(request, service.As(Role.Rider, subject));
    }
}

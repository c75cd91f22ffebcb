using System.Diagnostics;
using System.Text.Json;
using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Tests.Platform;
using Mobility.Tests.Support;
using Mobility.Tests.Tidy;
using Xunit;
using Vehicle = Mobility.Faults.V1.Vehicle;

namespace Mobility.Tests.Interop;

/// <summary>
/// A client that shares no code with us, @grpc/grpc-js, calls a running service: what it sees is what every other
/// language
/// sees.
/// </summary>
public sealed class InteropTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_client_in_JavaScript_sees_replies_rich_errors_streams_deadlines_and_cancels()
    {
        var held = new HeldCalls();
        await using var faults = await TestService.Start(new FaultsApp());
        await using var slow = await new ThingApp { Register = held.Register }.Start();
        using var patience = new CancellationTokenSource(Patience);
        using var node = StartNode(
            new
            {
                faults = faults.Channel.Target,
                slow = slow.Channel.Target,
                @operator = TestIssuer.Token(Role.Operator, "systems/fleet", faults.Clock.GetUtcNow()),
                rider = TestIssuer.Token(Role.Rider, ThingApp.Rider, faults.Clock.GetUtcNow()),
            }
        );
        var output = node.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = node.StandardError.ReadToEndAsync(patience.Token);
        var exit = node.WaitForExitAsync(patience.Token);

        // The deadline passes while the service holds the first call; its end there is the word to go on.
        await OrExit(held.Ended(1), exit, errors);
        await node.StandardInput.WriteLineAsync("go on");
        // The service holds the second call: now the client may hang up.
        await OrExit(held.Entered(2), exit, errors);
        await node.StandardInput.WriteLineAsync("cancel");
        await exit;
        await held.Ended(2).WaitAsync(patience.Token);

        Assert.True(node.ExitCode == 0, await errors);
        using var json = JsonDocument.Parse(await output);
        SeesReplies(json.RootElement);
        SeesRichErrors(json.RootElement);
        SeesTheStream(json.RootElement.GetProperty("watch"));
        Assert.Equal(StatusCode.DeadlineExceeded, CodeOf(json.RootElement.GetProperty("late")));
        Assert.Equal(StatusCode.Cancelled, CodeOf(json.RootElement.GetProperty("cancelled")));
        Assert.Equal(0, await ThingApp.Count(slow));
        Assert.Equal(1, (await faults.Rows<long>("""SELECT count(*) FROM vehicles"""))[0]);
    }

    private static void SeesReplies(JsonElement seen)
    {
        var reply = seen.GetProperty("success").GetProperty("reply");
        Assert.Equal("JS-1", reply.GetProperty("printed_code").GetString());
        Assert.Equal("VEHICLE_STATE_AVAILABLE", reply.GetProperty("state").GetString());
        Assert.Equal("\"1\"", reply.GetProperty("etag").GetString());
        Assert.Equal(reply.GetRawText(), seen.GetProperty("repeat").GetProperty("reply").GetRawText());
    }

    private static void SeesRichErrors(JsonElement seen)
    {
        var refused = seen.GetProperty("refused");
        Assert.Equal(StatusCode.InvalidArgument, CodeOf(refused));
        var details = refused.GetProperty("details");
        Assert.Equal((int)StatusCode.InvalidArgument, details.GetProperty("code").GetInt32());
        Assert.Equal("FIELD_INVALID", details.GetProperty("ErrorInfo").GetProperty("reason").GetString());
        Assert.Equal("faults.mobility", details.GetProperty("ErrorInfo").GetProperty("domain").GetString());
        var fields = details
            .GetProperty("BadRequest")
            .GetProperty("field_violations")
            .EnumerateArray()
            .Select(v => v.GetProperty("field").GetString())
            .ToList();
        Assert.Contains("fault.printed_code", fields);
        Assert.Contains("fault.category", fields);
        Assert.Contains("request_id", fields);
        var anonymous = seen.GetProperty("anonymous");
        Assert.Equal(StatusCode.Unauthenticated, CodeOf(anonymous));
        var reason = anonymous.GetProperty("details").GetProperty("ErrorInfo").GetProperty("reason").GetString();
        Assert.Equal("CREDENTIALS_MISSING", reason);
    }

    private static void SeesTheStream(JsonElement watch)
    {
        Assert.Equal("SERVING", watch.GetProperty("statuses").EnumerateArray().Last().GetString());
        Assert.Equal(StatusCode.Cancelled, CodeOf(watch));
    }

    private static StatusCode CodeOf(JsonElement call) => (StatusCode)call.GetProperty("code").GetInt32();

    private static Process StartNode(object arguments)
    {
        Assert.True(
            Directory.Exists(Checkout.At("node_modules/@grpc/grpc-js")),
            "node_modules lacks @grpc/grpc-js: run npm install --no-save (./mobility test does)."
        );
        string[] line = [Checkout.At("tests/Interop/interop.js"), JsonSerializer.Serialize(arguments)];
        var info = new ProcessStartInfo("node", line)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        return Process.Start(info)!;
    }

    /// <summary>Waits for a signal of the service; a client that ended without it has failed, and says why.</summary>
    private static async Task OrExit(Task signal, Task exit, Task<string> errors)
    {
        if (await Task.WhenAny(signal, exit) != signal && !signal.IsCompleted)
        {
            await exit;
            Assert.Fail($"The client ended early: {await errors}");
        }
        await signal;
    }

    /// <summary>Calls that the service never answers, and the signals of their begin and end.</summary>
    private sealed class HeldCalls
    {
        private readonly TaskCompletionSource[] entered = [new(), new()];
        private readonly TaskCompletionSource[] ended = [new(), new()];
        private int count;

        public Task Entered(int call) => entered[call - 1].Task;

        public Task Ended(int call) => ended[call - 1].Task;

        public async Task<Vehicle> Register(RegisterVehicleRequest request, Tx tx)
        {
            var call = Interlocked.Increment(ref count) - 1;
            await ThingApp.Insert(tx);
            entered[call].SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, tx.Token);
            }
            finally
            {
                ended[call].SetResult();
            }
            return new Vehicle();
        }
    }
}

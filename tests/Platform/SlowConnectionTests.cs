using System.Net;
using System.Net.Sockets;
using System.Text;
using Mobility.Faults.V1;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>Who sends half of something, or nothing, is ended; others are served meanwhile.</summary>
public sealed class SlowConnectionTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(3);

    /// <summary>The longest bound, and what a busy machine is late.</summary>
    private static readonly TimeSpan Patience = Overload.HeaderPatience + TimeSpan.FromSeconds(20);

    private static readonly string Head =
        $"POST /events HTTP/1.1\r\nHost: x\r\ndapr-api-token: {TestService.AppApiToken}\r\n";

    [Fact]
    public async Task Half_requests_and_silent_connections_end_and_others_are_served_meanwhile()
    {
        await using var service = await new ThingApp { Idle = Idle }.Start();
        var http = service.Http.Port;
        var grpc = new Uri("http://" + service.Channel.Target).Port;
        var body = Ascii(Head + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");

        Task<bool>[] ends =
        [
            Ends(http, []),
            Ends(http, Ascii(Head + "X-Half: ")),
            Ends(http, Ascii("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")),
            Ends(http, body),
            Ends(http, body, trickle: true),
            Ends(grpc, []),
            Ends(grpc, SlowStreams.Preface[..10]),
            Ends(grpc, SlowStreams.Preface),
            // A HEADERS frame of stream 1 that says more is to come.
            Ends(grpc, [.. SlowStreams.Preface, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0x83]),
            // A whole request without its body: POST, http, and literal path and type.
            Ends(grpc, [.. SlowStreams.Preface, .. SlowStreams.Head(1)]),
        ];
        var served = Serve(service, Task.WhenAll(ends));

        Assert.Equal(ends.Select(_ => true), await Task.WhenAll(ends));
        Assert.InRange(await served, 1, int.MaxValue);
    }

    /// <summary>Each connection brings more than the least that Kestrel asks of one, for all its bodies
    /// together.</summary>
    [Fact]
    public async Task Three_hundred_bodies_that_trickle_over_three_connections_end_each_by_itself()
    {
        await using var service = await new ThingApp { Body = TimeSpan.FromSeconds(6) }.Start();
        var grpc = new Uri("http://" + service.Channel.Target).Port;
        await using var slow = await SlowStreams.Open(grpc, [100, 100, 100]);
        // Some find every place taken and end at once, the others hold it until their time is over.
        await Poll.Until(() => Task.FromResult(slow.Ended == 300), Patience, "the end of every slow body");
        await Call(service);
    }

    /// <summary>Calls until the others have ended; says how often.</summary>
    private static async Task<int> Serve(TestService service, Task others)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var count = 0;
        while (!others.IsCompleted && await timer.WaitForNextTickAsync())
        {
            await Call(service);
            count++;
        }
        return count;
    }

    private static async Task Call(TestService service)
    {
        var client = new FaultsService.FaultsServiceClient(service.Channel);
        var request = new RegisterVehicleRequest
        {
            Parent = "clients/gangneung-kick",
            RequestId = Mobility.Web.RequestIds.New(),
        };
        var bearer = service.As(Role.Rider, ThingApp.Rider);
        await client.RegisterVehicleAsync(request, bearer, TimeProvider.System.GetUtcNow().UtcDateTime + Patience);
    }

    /// <summary>Sends the bytes and then nothing, or a byte every second: does the other side end it?</summary>
    private static async Task<bool> Ends(int port, byte[] bytes, bool trickle = false)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync(bytes);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var drip = trickle ? Drip(stream, stop.Token) : Task.CompletedTask;
        try
        {
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, limit.Token) > 0) { }
            return true;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            await stop.CancelAsync();
            await drip;
        }
    }

    private static async Task Drip(NetworkStream stream, CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            while (await timer.WaitForNextTickAsync(stop))
            {
                await stream.WriteAsync(" "u8.ToArray(), stop);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The other side ended it, which is what the reader waits for.
        }
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}

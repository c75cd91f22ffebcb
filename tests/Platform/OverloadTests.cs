using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Rpc;
using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>More than a process can do is turned away in bounded time, and told when to come back.</summary>
public sealed class OverloadTests
{
    /// <summary>As many as the test databases' connection strings allow.</summary>
    private const int Connections = 20;

    private static readonly TimeSpan Soon = Poll.Patience;

    [Fact]
    public async Task While_every_connection_is_held_callers_hear_when_to_come_back()
    {
        var release = new TaskCompletionSource();
        var begun = 0;
        await using var service = await new ThingApp
        {
            Register = async (_, _) =>
            {
                Interlocked.Increment(ref begun);
                await release.Task;
                return new Vehicle();
            },
        }.Start();
        await UntilReady(service);
        var held = Enumerable.Range(0, Connections).Select(_ => Register(service)).ToList();
        await Poll.Until(() => Task.FromResult(begun == Connections), Soon, "every connection is held");

        var watch = Stopwatch.StartNew();
        var busy = await Assert.ThrowsAsync<RpcException>(() => Register(service));
        Assert.Equal((StatusCode.ResourceExhausted, "SERVICE_BUSY"), (busy.StatusCode, TestService.ReasonOf(busy)));
        Assert.Equal(TimeSpan.FromSeconds(1), RetryOf(busy));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Soon);
        var late = await Assert.ThrowsAsync<RpcException>(() => Register(service, TimeSpan.FromMilliseconds(200)));
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        // The caller's clock may be ahead of the service's: here the service too has seen the deadline pass.
        await Poll.Until(
            () =>
                Task.FromResult(
                    service.LogLines.Any(line => line.Contains("DEADLINE_EXCEEDED", StringComparison.Ordinal))
                ),
            Soon,
            "the service gives the late call up"
        );
        var passed = await Assert.ThrowsAsync<RpcException>(() => Register(service, TimeSpan.FromMilliseconds(-1)));
        Assert.Equal(StatusCode.DeadlineExceeded, passed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await Get(service, "/readyz"));

        release.SetResult();
        await Task.WhenAll(held);
        // None that was turned away was begun later.
        Assert.Equal(Connections, begun);
        await Register(service);
        Assert.Equal(Connections + 1, begun);
    }

    [Fact]
    public async Task More_requests_than_a_process_has_under_way_are_turned_away_unread()
    {
        await using var service = await new ThingApp { Body = TimeSpan.FromMinutes(5), Stop = "GetFault" }.Start();
        await UntilReady(service);
        var grpc = new Uri("http://" + service.Channel.Target).Port;
        await using (var slow = await SlowStreams.Open(grpc, [100, 100, 100, 100]))
        {
            // Who looks meanwhile has a place too, and the one that finds none for that never comes again: so nobody
            // looks until as many have ended as there are too many.
            await Poll.Until(() => Task.FromResult(slow.Ended == 400 - Overload.RequestsMax), Soon, "no place is left");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await Get(service, "/other"));
            var busy = await Assert.ThrowsAsync<RpcException>(() => Register(service));
            Assert.Equal((StatusCode.ResourceExhausted, "SERVICE_BUSY"), (busy.StatusCode, TestService.ReasonOf(busy)));
            Assert.Equal("things.mobility", TestService.InfoOf(busy).Domain);
            Assert.Equal(TimeSpan.FromSeconds(1), RetryOf(busy));
            // Who looks after the process still sees it, and the sidecar makes no dead letters of what happened.
            Assert.Equal(HttpStatusCode.OK, await Get(service, "/readyz"));
            Assert.Equal(HttpStatusCode.OK, await Deliver(service));
            // What stops somebody has places of its own: the gate itself answers.
            var stop = await Assert.ThrowsAsync<RpcException>(async () =>
                await new FaultsService.FaultsServiceClient(service.Channel).GetFaultAsync(
                    new(),
                    service.As(Role.Agent, "people/0190a6c0-0000-7000-8000-000000000002")
                )
            );
            Assert.Equal(StatusCode.PermissionDenied, stop.StatusCode);
        }
        await Poll.Until(
            async () =>
            {
                try
                {
                    await Register(service);
                    return true;
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
                {
                    return false;
                }
            },
            Soon,
            "there is room again"
        );
    }

    [Fact]
    public async Task Who_stops_somebody_finds_a_place_among_all_when_those_for_it_are_taken()
    {
        var release = new TaskCompletionSource();
        var begun = 0;
        await using var service = await new ThingApp
        {
            Stop = "RegisterVehicle",
            Register = async (_, _) =>
            {
                Interlocked.Increment(ref begun);
                await release.Task;
                return new Vehicle();
            },
        }.Start();

        var held = Enumerable.Range(0, Overload.StopsMax + 1).Select(_ => Register(service)).ToList();
        await Poll.Until(
            () => Task.FromResult(begun > Overload.StopsMax || held.Exists(call => call.IsFaulted)),
            Soon,
            "one more than there are places for it"
        );
        release.SetResult();

        await Task.WhenAll(held);
    }

    [Fact]
    public async Task More_deliveries_than_a_process_has_under_way_are_put_off_and_callers_are_served()
    {
        await using var service = await new ThingApp { Body = TimeSpan.FromMinutes(5) }.Start();
        // What came counts for minutes of the least that Kestrel asks of a connection.
        var half = Encoding.ASCII.GetBytes(
            "POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n"
                + $"dapr-api-token: {TestService.AppApiToken}\r\n\r\n{{{new string(' ', 60_000)}"
        );
        const int beyond = 40;
        var sockets = new List<TcpClient>();
        try
        {
            foreach (var _ in Enumerable.Range(0, Overload.RequestsMax + beyond))
            {
                var socket = new TcpClient();
                sockets.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, service.Http.Port);
                await socket.GetStream().WriteAsync(half);
            }
            await Poll.Until(
                () => Task.FromResult(sockets.Count(socket => socket.Available > 0) == beyond),
                Soon,
                "no place is left"
            );
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await Get(service, "/events"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await Deliver(service));
            await Register(service);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
        await Poll.Until(async () => await Deliver(service) == HttpStatusCode.OK, Soon, "there is room again");
    }

    [Fact]
    public async Task One_address_calls_without_a_token_so_often_and_no_more()
    {
        await using var service = await new ThingApp { MayRegister = [Role.Anonymous, Role.Rider] }.Start();
        RpcException? refused = null;
        await Poll.Until(
            async () =>
            {
                // The bucket fills by the machine's clock, so it is emptied until a call finds it empty.
                while (Admits(service, "127.0.0.1")) { }
                refused = await Record.ExceptionAsync(() => Register(service, caller: [])) as RpcException;
                return refused is not null;
            },
            Soon
        );

        Assert.Equal(
            (StatusCode.ResourceExhausted, "TOO_MANY_CALLS"),
            (refused!.StatusCode, TestService.ReasonOf(refused))
        );
        Assert.Equal(TimeSpan.FromSeconds(1), RetryOf(refused));
        Assert.True(Admits(service, "127.0.0.2"));
        await Register(service);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::")]
    [InlineData(null, "255.255.255.255")]
    public void A_household_chooses_its_addresses_and_is_one_source(string? address, string source) =>
        Assert.Equal(IPAddress.Parse(source), Overload.SourceOf(address is null ? null : IPAddress.Parse(address)));

    private static bool Admits(TestService service, string address)
    {
        try
        {
            service.Overload.AdmitAnonymous(IPAddress.Parse(address));
            return true;
        }
        catch (Refusal)
        {
            return false;
        }
    }

    private static async Task<Vehicle> Register(TestService service, TimeSpan? patience = null, Metadata? caller = null)
    {
        var client = new FaultsService.FaultsServiceClient(service.Channel);
        var request = new RegisterVehicleRequest
        {
            Parent = "clients/gangneung-kick",
            RequestId = Mobility.Web.RequestIds.New(),
        };
        var deadline = patience is { } wait ? TimeProvider.System.GetUtcNow().UtcDateTime + wait : (DateTime?)null;
        return await client.RegisterVehicleAsync(request, caller ?? service.As(Role.Rider, ThingApp.Rider), deadline);
    }

    private static async Task<HttpStatusCode> Deliver(TestService service)
    {
        using var reply = await service.Deliver(
            TestService.EnvelopeOf(ThingApp.Changed(), "faults", 1, ThingApp.Thing)
        );
        return reply.StatusCode;
    }

    /// <summary>It has asked its database once, which takes a connection and a moment.</summary>
    private static async Task UntilReady(TestService service)
    {
        using var http = new HttpClient { BaseAddress = service.Http };
        await Poll.Until(
            async () =>
            {
                using var reply = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
                return reply.IsSuccessStatusCode;
            },
            Soon,
            "it is ready"
        );
    }

    private static async Task<HttpStatusCode> Get(TestService service, string path)
    {
        using var http = new HttpClient { BaseAddress = service.Http };
        using var reply = await http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(reply.StatusCode == HttpStatusCode.ServiceUnavailable, reply.Headers.RetryAfter is not null);
        return reply.StatusCode;
    }

    private static TimeSpan? RetryOf(RpcException error) =>
        TestService
            .StatusOf(error)
            .Details.Single(d => d.Is(RetryInfo.Descriptor))
            .Unpack<RetryInfo>()
            .RetryDelay.ToTimeSpan();
}

using Grpc.Core;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class OutboxRelayTests
{
    [Fact]
    public async Task Events_are_published_in_order_with_whole_envelopes_and_numbers_without_holes()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        for (var i = 1; i <= 5; i++)
        {
            await Publish(service, i);
        }
        await sidecar.Await(5);
        var envelopes = sidecar.Published.ToList();
        Assert.Equal(["1", "2", "3", "4", "5"], envelopes.Select(e => (string)e["sequence"]!));
        Assert.Equal(["1", "2", "3", "4", "5"], envelopes.Select(e => (string)e["data"]!["revision"]!));
        var first = envelopes[0];
        Assert.Equal("mobility.faults.v1.VehicleChanged", (string)first["type"]!);
        Assert.Equal(ThingApp.Thing, (string)first["subject"]!);
        Assert.Equal(ThingApp.Thing, (string)first["partitionkey"]!);
        Assert.Equal("gangneung-kick", (string)first["clientid"]!);
        Assert.Equal(service.Db.EventSource, (string)first["source"]!);
        Assert.Equal("application/json", (string)first["datacontenttype"]!);
        Assert.Equal(1, (int)first["data"]!["state"]!);
        Assert.Equal("things", (string)first["topic"]!);
    }

    [Fact]
    public async Task While_the_broker_is_away_events_wait_and_then_go_out_in_order()
    {
        await using var sidecar = await FakeSidecar.Start();
        var away = true;
        sidecar.Refuse = _ => away ? new RpcException(new Status(StatusCode.Unavailable, "away")) : null;
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await Publish(service, 1);
        await Publish(service, 2);
        away = false;
        await Publish(service, 3);
        await sidecar.Await(3);
        Assert.Equal(["1", "2", "3"], sidecar.Published.Select(e => (string)e["data"]!["revision"]!));
    }

    [Fact]
    public async Task An_event_that_the_broker_refuses_for_good_is_parked_and_its_number_goes_out_as_skipped()
    {
        await using var sidecar = await FakeSidecar.Start();
        sidecar.Refuse = e =>
            string.Equals((string?)e["data"]?["revision"], "2", StringComparison.Ordinal)
                ? new RpcException(new Status(StatusCode.InvalidArgument, "cannot be serialized"))
                : null;
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        service.ErrorsExpected = true;
        for (var i = 1; i <= 3; i++)
        {
            await Publish(service, i);
        }
        await sidecar.Await(3);
        Assert.Equal(["1", "2", "3"], sidecar.Published.Select(e => (string)e["sequence"]!));
        Assert.EndsWith(".Skipped", (string)sidecar.Published.ElementAt(1)["type"]!, StringComparison.Ordinal);
        var refusals = await service.Rows<string>("""SELECT refusal FROM outbox WHERE refusal IS NOT NULL""");
        Assert.Contains("cannot be serialized", Assert.Single(refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Four_relays_never_send_two_events_under_one_number()
    {
        await using var sidecar = await FakeSidecar.Start();
        var app = new ThingApp();
        var database = await TestService.NewDatabase(app);
        await using var one = await TestService.Start(app, sidecar: sidecar.Endpoint, database: database);
        await using var two = await TestService.Start(app, sidecar: sidecar.Endpoint, database: database);
        await using var three = await TestService.Start(app, sidecar: sidecar.Endpoint, database: database);
        await using var four = await TestService.Start(app, sidecar: sidecar.Endpoint, database: database);
        TestService[] replicas = [one, two, three, four];
        await Task.WhenAll(Enumerable.Range(1, 60).Select(i => Publish(replicas[i % 4], i)));
        await Poll.Until(async () =>
            (await one.Rows<long>("""SELECT count(*) FROM outbox WHERE publish_time IS NULL"""))[0] == 0
        );
        var pairs = sidecar.Published.Select(e => ((string)e["sequence"]!, (string)e["id"]!)).Distinct().ToList();
        Assert.Equal(60, pairs.Count);
        Assert.Equal(60, pairs.Select(p => p.Item1).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(60, pairs.Select(p => p.Item2).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task An_event_that_commits_after_a_later_one_was_sent_goes_out_too()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await Publish(service, 1);
        await sidecar.Await(1);
        var id = Guid.CreateVersion7(service.Clock.GetUtcNow());
        var (written, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var slow = service.Db.InTransaction(
            "gangneung-kick",
            async tx =>
            {
                // Its place in the outbox is taken here; the commit comes later.
                await tx.Execute(
                    """
                    INSERT INTO outbox (client_id, event_id, type, subject, envelope, create_time)
                    SELECT client_id, @id, type, subject, jsonb_set(envelope - 'sequence', '{id}', to_jsonb(@id::text)),
                        create_time
                    FROM outbox
                    """,
                    new { id }
                );
                tx.Wake("outbox-relay");
                written.SetResult();
                await release.Task;
                return true;
            },
            CancellationToken.None
        );
        await written.Task;
        await Publish(service, 2);
        await sidecar.Await(1);
        release.SetResult();
        await slow;
        await sidecar.Await(1);
        Assert.Equal(["1", "2", "3"], sidecar.Published.Select(e => (string)e["sequence"]!));
        Assert.Equal(id.ToString(), (string)sidecar.Published.Last()["id"]!);
    }

    [Fact]
    public async Task A_skipped_number_that_the_broker_does_not_take_at_once_waits_and_nothing_is_sent_twice()
    {
        await using var sidecar = await FakeSidecar.Start();
        var skips = 0;
        sidecar.Refuse = e =>
            ((string)e["type"]!).EndsWith(".Skipped", StringComparison.Ordinal) && skips++ == 0
                ? new RpcException(new Status(StatusCode.Unavailable, "away"))
            : string.Equals((string?)e["data"]?["revision"], "2", StringComparison.Ordinal)
                ? new RpcException(new Status(StatusCode.InvalidArgument, "cannot be serialized"))
            : null;
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        service.ErrorsExpected = true;
        await PublishAll(service, 1, 2, 3);
        await Poll.Until(() =>
        {
            service.Clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(sidecar.Published.Count >= 3);
        });
        Assert.Equal(["1", "2", "3"], sidecar.Published.Select(e => (string)e["sequence"]!));
    }

    [Fact]
    public async Task A_sidecar_that_does_not_answer_does_not_hold_the_relay_for_ever()
    {
        await using var sidecar = await FakeSidecar.Start();
        using var release = new ManualResetEventSlim();
        using var reached = new SemaphoreSlim(0);
        var calls = 0;
        sidecar.Refuse = e =>
        {
            if (e["sequence"] is not null && Interlocked.Increment(ref calls) == 1)
            {
                reached.Release();
                release.Wait(TimeSpan.FromSeconds(60));
            }
            return null;
        };
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await Publish(service, 1);
        Assert.True(await reached.WaitAsync(Poll.Patience));
        await Poll.Until(() =>
        {
            service.Clock.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(calls > 1);
        });
        release.Set();
    }

    [Fact]
    public async Task A_replay_request_brings_the_same_envelope_again()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await Publish(service, 1);
        await sidecar.Await(1);
        await Poll.Until(async () =>
            (await service.Rows<long>("""SELECT count(*) FROM outbox WHERE publish_time IS NOT NULL"""))[0] == 1
        );
        service.Clock.Advance(TimeSpan.FromSeconds(10));
        var ask = new Mobility.Platform.V1.ReplayRequested
        {
            Source = service.Db.EventSource,
            FirstSequence = 1,
            LastSequence = 1,
        };
        var envelope = TestService.EnvelopeOf(ask, "faults", 0, "services/faults");
        envelope["topic"] = "control";
        await service.Deliver(envelope);
        await sidecar.Await(1);
        var both = sidecar.Published.Select(e => e.ToJsonString()).ToList();
        Assert.Equal(2, both.Count);
        Assert.Equal(both[0], both[1]);
    }

    private static Task<bool> Publish(TestService service, long revision) => PublishAll(service, revision);

    private static Task<bool> PublishAll(TestService service, params long[] revisions) =>
        service.Db.InTransaction(
            "gangneung-kick",
            tx =>
            {
                Array.ForEach(revisions, r => tx.Publish(ThingApp.Changed(r), ThingApp.Thing));
                return Task.FromResult(true);
            },
            CancellationToken.None
        );
}

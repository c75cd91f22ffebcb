using Mobility.Platform.Events;
using Mobility.Platform.V1;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class SnapshotsTests
{
    private const string Source = "faults/11111111-1111-4111-8111-111111111111";
    private const string Successor = "faults/22222222-2222-4222-8222-222222222222";
    private const string Other = "clients/gangneung-kick/vehicles/0190a6c0-0000-7000-8000-00000000000b";
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Of_what_the_outbox_lets_go_the_newest_event_of_each_subject_and_type_stays()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await Forgotten(service, sidecar);
        Assert.Equal(
            [(ThingApp.Thing, "2"), (Other, "1")],
            await service.Rows<(string, string)>(
                """SELECT subject, envelope->'data'->>'revision' FROM outbox_newest ORDER BY id"""
            )
        );
    }

    [Fact]
    public async Task A_newer_event_that_is_let_go_later_takes_the_place_of_the_older_one()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await Forgotten(service, sidecar);
        await Publish(service, ThingApp.Thing, 3);
        await sidecar.Await(1);
        await Forget(service);
        Assert.Equal(
            ["1", "3"],
            await service.Rows<string>("""SELECT envelope->'data'->>'revision' FROM outbox_newest ORDER BY 1""")
        );
    }

    [Fact]
    public async Task An_older_event_that_was_sent_anew_never_takes_the_place_of_a_newer_one()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await Forgotten(service, sidecar);
        await Publish(service, ThingApp.Thing, 3);
        await sidecar.Await(1);
        Assert.Equal(2, await Snapshots.Republish(service.Db, CancellationToken.None));
        service.Db.Wake("outbox-relay");
        await sidecar.Await(3);
        await Forget(service);
        Assert.Equal(
            [(ThingApp.Thing, "3"), (Other, "1")],
            await service.Rows<(string, string)>(
                """SELECT subject, envelope->'data'->>'revision' FROM outbox_newest ORDER BY subject"""
            )
        );
    }

    [Fact]
    public async Task Republished_they_come_under_new_numbers_and_their_own_ids_and_the_announcement_comes_last()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        var ids = await Forgotten(service, sidecar);
        Assert.Equal(2, await Snapshots.Republish(service.Db, CancellationToken.None));
        service.Db.Wake("outbox-relay");
        await sidecar.Await(3);
        var sent = sidecar.Published.Skip(3).ToList();
        Assert.Equal([.. ids.Skip(1), (string)sent[2]["id"]!], sent.Select(e => (string)e["id"]!));
        Assert.Equal(["4", "5", "6"], sent.Select(e => (string)e["sequence"]!));
        Assert.Equal("mobility.platform.v1.SnapshotsRepublished", (string)sent[2]["type"]!);
        Assert.Equal("4", (string)sent[2]["data"]!["coversBelow"]!);
        Assert.All(sent, e => Assert.Equal(service.Db.EventSource, (string)e["source"]!));
    }

    [Fact]
    public async Task Asked_twice_the_second_time_queues_none_again_and_announces_what_the_outbox_holds()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await Forgotten(service, sidecar);
        await Snapshots.Republish(service.Db, CancellationToken.None);
        service.Db.Wake("outbox-relay");
        await sidecar.Await(3);
        Assert.Equal(0, await Snapshots.Republish(service.Db, CancellationToken.None));
        service.Db.Wake("outbox-relay");
        await sidecar.Await(1);
        Assert.Equal("4", (string)sidecar.Published.Last()["data"]!["coversBelow"]!);
    }

    [Fact]
    public async Task A_subscriber_that_has_all_of_them_waits_for_nothing_older()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await service.Deliver(GapHealingTests.Mark(last: 5_003, firstAvailable: 5_001));
        await Snapshot(service, 5_001, 5_002);
        await Announce(service, 5_003, coversBelow: 5_001);
        await Rounds(service, async () => await Contiguous(service, Source) == 5_003);
        Assert.Empty(GapHealingTests.Requests(sidecar));
        Assert.Equal(2, await ThingApp.Count(service));
    }

    [Fact]
    public async Task While_one_of_them_is_missing_it_is_asked_for_and_the_older_hole_stays_open()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        service.ErrorsExpected = true;
        await service.Deliver(GapHealingTests.Mark(last: 5_003, firstAvailable: 5_001));
        await Snapshot(service, 5_001);
        await Announce(service, 5_003, coversBelow: 5_001);
        await Rounds(service, () => Task.FromResult(GapHealingTests.Requests(sidecar).Count > 0));
        Assert.All(
            GapHealingTests.Requests(sidecar),
            r => Assert.Equal((5_002, 5_002), (r.FirstSequence, r.LastSequence))
        );
        await Rounds(service, async () => await Holes(service) is [(1, 5_000, 5_000)]);
        await Rounds(service, async () => await Contiguous(service, Source) == 5_001);
        await Snapshot(service, 5_002);
        await Rounds(service, async () => await Contiguous(service, Source) == 5_003);
        await Rounds(service, async () => await Holes(service) is []);
    }

    [Fact]
    public async Task A_renewed_life_numbers_from_1_under_a_new_source_and_publishes_what_it_holds_again()
    {
        await using var sidecar = await FakeSidecar.Start();
        var app = new ThingApp();
        var database = await TestService.NewDatabase(app);
        string former;
        await using (var service = await TestService.Start(app, sidecar: sidecar.Endpoint, database: database))
        {
            former = service.Db.EventSource;
            await Publish(service, ThingApp.Thing, 1);
            await Publish(service, ThingApp.Thing, 2);
            await sidecar.Await(2);
        }
        await using (var beside = new Mobility.Platform.Data.Db(database, app.Name, TimeProvider.System))
        {
            Assert.Equal(2, await Snapshots.RenewIncarnation(beside, CancellationToken.None));
        }
        await using var renewed = await TestService.Start(app, sidecar: sidecar.Endpoint, database: database);
        await sidecar.Await(2);
        Assert.NotEqual(former, renewed.Db.EventSource);
        var (before, after) = (sidecar.Published.Take(2).ToList(), sidecar.Published.Skip(2).ToList());
        Assert.Equal(before.Select(e => (string)e["id"]!), after.Select(e => (string)e["id"]!));
        Assert.Equal(["1", "2"], after.Select(e => (string)e["sequence"]!));
        Assert.All(after, e => Assert.Equal(renewed.Db.EventSource, (string)e["source"]!));
    }

    /// <summary>It would say of the new life's numbers what was true of the former's.</summary>
    [Fact]
    public async Task What_a_former_life_announced_of_its_numbers_is_not_published_again()
    {
        await using var sidecar = await FakeSidecar.Start();
        var app = new ThingApp();
        var database = await TestService.NewDatabase(app);
        await using (var service = await TestService.Start(app, sidecar: sidecar.Endpoint, database: database))
        {
            await Publish(service, ThingApp.Thing, 1);
            await Snapshots.Republish(service.Db, CancellationToken.None);
            service.Db.Wake("outbox-relay");
            await sidecar.Await(2);
        }
        await using (var beside = new Mobility.Platform.Data.Db(database, app.Name, TimeProvider.System))
        {
            Assert.Equal(1, await Snapshots.RenewIncarnation(beside, CancellationToken.None));
        }
        await using var renewed = await TestService.Start(app, sidecar: sidecar.Endpoint, database: database);
        await sidecar.Await(1);
        Assert.Equal([ThingApp.Thing], await renewed.Rows<string>("""SELECT subject FROM outbox ORDER BY id"""));
    }

    [Fact]
    public async Task The_holes_of_a_former_life_close_when_all_that_its_successor_has_is_here()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await service.Deliver(GapHealingTests.Mark(last: 7, firstAvailable: 1));
        service.Clock.Advance(TimeSpan.FromMinutes(2));
        await service.Deliver(GapHealingTests.Mark(last: 2, firstAvailable: 1, Successor));
        await Rounds(
            service,
            () =>
                Task.FromResult(
                    GapHealingTests.Requests(sidecar).Exists(r => r is { Source: Successor, LastSequence: 2 })
                )
        );
        Assert.Equal(0, await Contiguous(service, Source));
        foreach (var number in (long[])[1, 2])
        {
            await Deliver(service, number, Successor);
        }
        await Rounds(
            service,
            async () =>
            {
                await service.Deliver(GapHealingTests.Mark(last: 2, firstAvailable: 1, Successor));
                return await Contiguous(service, Source) == 7;
            }
        );
    }

    /// <summary>Three events of two subjects, sent and then let go by housekeeping; their ids.</summary>
    private static async Task<IReadOnlyList<string>> Forgotten(TestService service, FakeSidecar sidecar)
    {
        await Publish(service, ThingApp.Thing, 1);
        await Publish(service, ThingApp.Thing, 2);
        await Publish(service, Other, 1);
        await sidecar.Await(3);
        await Forget(service);
        return [.. sidecar.Published.Select(e => (string)e["id"]!)];
    }

    private static async Task Forget(TestService service)
    {
        await Poll.Until(async () =>
            (await service.Rows<long>("""SELECT id FROM outbox WHERE publish_time IS NULL""")).Count == 0
        );
        service.Clock.Advance(TimeSpan.FromDays(15));
        service.Db.Wake("housekeeping");
        await Poll.Until(async () => (await service.Rows<long>("""SELECT id FROM outbox""")).Count == 0);
    }

    private static Task Publish(TestService service, string subject, long revision) =>
        service.Db.InTransaction(
            TestIssuer.Client,
            tx =>
            {
                tx.Publish(ThingApp.Changed(revision), subject);
                return Task.FromResult(true);
            },
            CancellationToken.None
        );

    private static async Task Snapshot(TestService service, params long[] numbers)
    {
        foreach (var number in numbers)
        {
            await Deliver(service, number, Source);
        }
    }

    private static async Task Deliver(TestService service, long number, string source)
    {
        var envelope = TestService.EnvelopeOf(ThingApp.Changed(), "faults", number, ThingApp.Thing);
        envelope["source"] = source;
        using var reply = await service.Deliver(envelope);
        reply.EnsureSuccessStatusCode();
    }

    private static async Task Announce(TestService service, long number, long coversBelow)
    {
        var snapshots = new SnapshotsRepublished { CoversBelow = coversBelow };
        using var reply = await service.Deliver(TestService.EnvelopeOf(snapshots, "faults", number, "services/faults"));
        reply.EnsureSuccessStatusCode();
    }

    private static Task<IReadOnlyList<(long First, long Last, long Missing)>> Holes(TestService service) =>
        service.Rows<(long First, long Last, long Missing)>(GapHealingTests.Holes);

    private static async Task<long> Contiguous(TestService service, string source) =>
        (
            await service.Rows<long>("""SELECT contiguous FROM inbox_source WHERE source = @source""", new { source })
        ).Single();

    private static Task Rounds(TestService service, Func<Task<bool>> condition) =>
        Poll.Until(() =>
        {
            service.Clock.Advance(Round);
            return condition();
        });
}

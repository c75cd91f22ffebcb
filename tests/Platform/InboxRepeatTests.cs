using System.Text.Json.Nodes;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>The same event by other ways: as a dead letter, under a new number, out of what was kept.</summary>
public sealed class InboxRepeatTests
{
    private static readonly Guid EventId = new("0190a6c0-0000-7000-8000-0000000000fe");

    [Fact]
    public async Task A_dead_letter_of_an_event_that_was_applied_is_not_parked()
    {
        await using var service = await new ThingApp().Start();
        await service.Deliver(Changed(1));
        await service.Deliver(Changed(1), route: "/dead-letters");
        Assert.Empty(await service.Rows<Guid>("""SELECT event_id FROM inbox_parked"""));
        Assert.Equal(["APPLIED"], await Outcomes(service));
    }

    [Fact]
    public async Task An_event_that_a_restored_publisher_sends_under_a_new_number_fills_it_and_is_not_applied_again()
    {
        await using var service = await new ThingApp().Start();
        await service.Deliver(Changed(1));
        var again = Changed(7);
        again["source"] = "faults/22222222-2222-4222-8222-222222222222";
        await service.Deliver(again);
        Assert.Equal(1, await ThingApp.Count(service));
        Assert.Equal([1, 7], await service.Rows<long>("""SELECT sequence FROM inbox ORDER BY sequence"""));
    }

    [Fact]
    public async Task A_kept_event_that_came_again_meanwhile_keeps_its_number_filled()
    {
        await using var service = await new ThingApp().Start();
        await service.Deliver(Changed(1));
        await Keep(service, EventId, 1, """{"revision":"1"}""");
        await ApplyKept(service);
        Assert.Equal(1, await ThingApp.Count(service));
        Assert.Equal(["APPLIED"], await Outcomes(service));
    }

    [Fact]
    public async Task A_kept_event_whose_handler_is_broken_is_parked_and_does_not_block_the_next()
    {
        var app = new ThingApp
        {
            OnVehicleChanged = (evt, tx) =>
                evt.Revision == 1 ? throw new InvalidOperationException("broken") : ThingApp.Insert(tx),
        };
        await using var service = await app.Start();
        service.ErrorsExpected = true;
        await Keep(service, EventId, 1, """{"revision":"1"}""");
        await Keep(service, new Guid("0190a6c0-0000-7000-8000-0000000000fd"), 2, """{"revision":"2"}""");
        await ApplyKept(service);
        Assert.Equal(1, await ThingApp.Count(service));
        Assert.Equal(["PARKED", "APPLIED"], await Outcomes(service));
        Assert.Equal(["HANDLER_FAILED"], await service.Rows<string>("""SELECT reason FROM inbox_parked"""));
    }

    [Fact]
    public async Task Four_replicas_that_get_the_same_events_at_once_apply_each_once()
    {
        await using var one = await new ThingApp().Start();
        var app = new ThingApp();
        await using var two = await TestService.Start(app, database: one.Settings.Database);
        await using var three = await TestService.Start(app, database: one.Settings.Database);
        await using var four = await TestService.Start(app, database: one.Settings.Database);
        TestService[] replicas = [one, two, three, four];
        var events = Enumerable
            .Range(1, 25)
            .Select(n => TestService.EnvelopeOf(ThingApp.Changed(), "faults", n, ThingApp.Thing).ToJsonString())
            .ToList();
        var taken = await Task.WhenAll(
            events.SelectMany(evt => replicas.Select(r => r.Deliver(JsonNode.Parse(evt)!.AsObject())))
        );
        Assert.All(taken, reply => Assert.True(reply.IsSuccessStatusCode));
        Assert.Equal(25, await ThingApp.Count(one));
        Assert.Equal(Enumerable.Repeat("APPLIED", 25), await Outcomes(one));
    }

    [Fact]
    public async Task Housekeeping_deletes_all_that_is_past_its_time_and_nothing_else()
    {
        await using var service = await new ThingApp().Start();
        await service.Rows<string>(
            """
            INSERT INTO once (key, client_id, fingerprint, create_time)
            SELECT 'old' || n, '*', ''::bytea, @Old FROM generate_series(1, 12000) AS n
            """,
            new { Old = service.Clock.GetUtcNow() - TimeSpan.FromDays(31) }
        );
        await service.Deliver(Changed(1));
        service.Db.Wake("housekeeping");
        await Poll.Until(async () => (await service.Rows<long>("""SELECT count(*) FROM once"""))[0] == 1);
        Assert.Equal(["APPLIED"], await Outcomes(service));
    }

    private static JsonObject Changed(long sequence) =>
        TestService.EnvelopeOf(ThingApp.Changed(), "faults", sequence, ThingApp.Thing, EventId);

    private static Task Keep(TestService service, Guid eventId, long sequence, string data) =>
        service.Rows<string>(
            """
            WITH number AS (
                INSERT INTO inbox (source, sequence, event_id, client_id, type, outcome, apply_time)
                VALUES (@Source, @sequence, @eventId, 'gangneung-kick', @Type, 'UNKNOWN', @Now) ON CONFLICT DO NOTHING)
            INSERT INTO inbox_unknown (event_id, client_id, source, sequence, type, subject, data, receive_time)
            VALUES (@eventId, 'gangneung-kick', @Source, @sequence, @Type, 'x', convert_to(@data, 'UTF8'), @Now)
            """,
            new
            {
                Source = "faults/11111111-1111-4111-8111-111111111111",
                Type = "mobility.faults.v1.VehicleChanged",
                Now = service.Clock.GetUtcNow(),
                eventId,
                sequence,
                data,
            }
        );

    private static async Task ApplyKept(TestService service)
    {
        service.Db.Wake("apply-kept-events");
        await Poll.Until(async () => (await service.Rows<long>("""SELECT count(*) FROM inbox_unknown"""))[0] == 0);
    }

    private static Task<IReadOnlyList<string>> Outcomes(TestService service) =>
        service.Rows<string>("""SELECT outcome FROM inbox ORDER BY sequence""");
}

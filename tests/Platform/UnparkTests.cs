using System.Text.Json.Nodes;
using Mobility.Tests.Support;
using Npgsql;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>What a person makes of a parked event: its bytes are here and may be nowhere else.</summary>
public sealed class UnparkTests
{
    private static readonly Guid EventId = new("0190a6c0-0000-7000-8000-0000000000fc");
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task An_event_that_nobody_else_has_any_more_is_applied_when_it_is_unparked()
    {
        await using var service = await new ThingApp().Start();
        await service.Deliver(Changed(), route: "/dead-letters");
        Assert.Equal(["DEAD_LETTER"], await Parked(service));
        Assert.Equal(["PARKED"], await Outcomes(service));
        await Unpark(service);
        Assert.Empty(await Parked(service));
        await Poll.Until(async () =>
        {
            service.Clock.Advance(Round);
            return (await Outcomes(service)).SequenceEqual(["APPLIED"]);
        });
        Assert.Equal(1, await ThingApp.Count(service));
        // Its bytes are let go after that, in a transaction of their own.
        await Poll.Until(async () => (await service.Rows<Guid>("""SELECT event_id FROM inbox_unknown""")).Count == 0);
    }

    [Fact]
    public async Task Numbers_that_housekeeping_has_let_go_stay_closed()
    {
        await using var service = await new ThingApp().Start();
        await service.Deliver(Changed(), route: "/dead-letters");
        await service.Rows<string>(
            """
            INSERT INTO inbox_source (source, last_sequence, first_available, contiguous, move_time, seen_time)
            SELECT source, 5000, 4000, 5000, apply_time, apply_time FROM inbox
            """
        );
        await Unpark(service);
        Assert.Equal([5_000], await service.Rows<long>("""SELECT contiguous FROM inbox_source"""));
    }

    [Fact]
    public async Task An_event_that_still_cannot_be_applied_is_parked_again_with_its_reason()
    {
        var app = new ThingApp { OnVehicleChanged = (_, _) => throw new InvalidOperationException("broken") };
        await using var service = await app.Start();
        service.ErrorsExpected = true;
        await service.Deliver(Changed(), route: "/dead-letters");
        await Unpark(service);
        await Poll.Until(async () =>
        {
            service.Clock.Advance(Round);
            return (await Parked(service)).SequenceEqual(["HANDLER_FAILED"]);
        });
        Assert.Equal(["PARKED"], await Outcomes(service));
    }

    [Fact]
    public async Task What_a_stranger_sent_in_the_name_of_a_source_is_never_applied()
    {
        await using var service = await new ThingApp().Start();
        var forged = Changed();
        forged["topic"] = "refunds";
        await service.Deliver(forged);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Unpark(service));
        Assert.Contains("SOURCE_NOT_OWNER", refused.MessageText, StringComparison.Ordinal);
        Assert.Equal(["SOURCE_NOT_OWNER"], await Parked(service));
    }

    private static JsonObject Changed() =>
        TestService.EnvelopeOf(ThingApp.Changed(), "faults", 1, ThingApp.Thing, EventId);

    private static Task Unpark(TestService service) =>
        service.Rows<string>("""SELECT platform_unpark(@EventId)""", new { EventId });

    private static Task<IReadOnlyList<string>> Outcomes(TestService service) =>
        service.Rows<string>("""SELECT outcome FROM inbox ORDER BY sequence""");

    private static Task<IReadOnlyList<string>> Parked(TestService service) =>
        service.Rows<string>("""SELECT reason FROM inbox_parked ORDER BY event_id""");
}

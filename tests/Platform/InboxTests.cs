using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform.Rpc;
using Mobility.Platform.V1;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class InboxTests
{
    private static readonly Guid EventId = new("0190a6c0-0000-7000-8000-0000000000ff");

    [Fact]
    public async Task An_event_delivered_twice_is_applied_once()
    {
        await using var service = await new ThingApp().Start();
        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.Deliver(Changed())));
        Assert.All(replies, r => Assert.Equal(HttpStatusCode.OK, r.StatusCode));
        Assert.Equal(1, await ThingApp.Count(service));
        Assert.Equal(["APPLIED"], await Outcomes(service));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Without_the_sidecars_token_nothing_is_taken(string? token)
    {
        await using var service = await new ThingApp().Start();
        var events = await service.Deliver(Changed(), token);
        var deadLetters = await service.Deliver(Changed(), token, "/dead-letters");
        Assert.Equal(HttpStatusCode.Unauthorized, events.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, deadLetters.StatusCode);
        Assert.Equal(0, await ThingApp.Count(service));
        Assert.Empty(await Outcomes(service));
    }

    [Fact]
    public async Task An_event_whose_source_does_not_own_the_topic_is_parked_and_fills_no_number()
    {
        await using var service = await new ThingApp().Start();
        var forged = Changed();
        forged["topic"] = "refunds";
        Assert.Equal(HttpStatusCode.OK, (await service.Deliver(forged)).StatusCode);
        Assert.Equal(0, await ThingApp.Count(service));
        Assert.Equal(["SOURCE_NOT_OWNER"], await Parked(service));
        Assert.Empty(await Outcomes(service));
        await service.Deliver(Changed());
        Assert.Equal(1, await ThingApp.Count(service));
    }

    [Fact]
    public async Task A_refusal_that_can_never_succeed_parks_the_event_and_leaves_no_half_effect()
    {
        var app = new ThingApp
        {
            OnVehicleChanged = async (_, tx) =>
            {
                await ThingApp.Insert(tx);
                throw new Refusal(StatusCode.FailedPrecondition, "NEVER", "Never.");
            },
        };
        await using var service = await app.Start();
        Assert.Equal(HttpStatusCode.OK, (await service.Deliver(Changed())).StatusCode);
        Assert.Equal(0, await ThingApp.Count(service));
        Assert.Equal(["NEVER"], await Parked(service));
        Assert.Equal(["PARKED"], await Outcomes(service));
    }

    [Fact]
    public async Task A_failed_handler_answers_503_so_that_the_sidecar_retries_and_the_retry_succeeds()
    {
        var fails = true;
        var app = new ThingApp
        {
            OnVehicleChanged = async (_, tx) =>
            {
                await ThingApp.Insert(tx);
                if (fails)
                {
                    throw new InvalidOperationException("broken for now");
                }
            },
        };
        await using var service = await app.Start();
        service.ErrorsExpected = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.Deliver(Changed())).StatusCode);
        Assert.Equal(0, await ThingApp.Count(service));
        fails = false;
        Assert.Equal(HttpStatusCode.OK, (await service.Deliver(Changed())).StatusCode);
        Assert.Equal(1, await ThingApp.Count(service));
    }

    [Fact]
    public async Task Data_that_is_no_proto_is_parked_and_an_unknown_enum_number_and_field_are_taken()
    {
        await using var service = await new ThingApp().Start();
        var broken = Changed();
        broken["data"] = new JsonObject { ["revision"] = "many" };
        await service.Deliver(broken);
        Assert.Equal(["DATA_UNREADABLE"], await Parked(service));
        var newer = TestService.EnvelopeOf(ThingApp.Changed(), "faults", 2, ThingApp.Thing);
        newer["data"]!["state"] = 77;
        newer["data"]!["fieldOfALaterVersion"] = "x";
        await service.Deliver(newer);
        Assert.Equal(["PARKED", "APPLIED"], await Outcomes(service));
    }

    [Fact]
    public async Task An_event_of_no_use_here_fills_its_number_and_a_skipped_one_too()
    {
        await using var service = await new ThingApp().Start();
        await service.Deliver(TestService.EnvelopeOf(new RideRecorded(), "faults", 1, ThingApp.Thing));
        await service.Deliver(TestService.EnvelopeOf(new Skipped(), "faults", 2, "events/x"));
        Assert.Equal(["IGNORED", "SKIPPED"], await Outcomes(service));
    }

    [Fact]
    public async Task An_unknown_type_is_kept_and_applied_when_a_later_version_knows_it()
    {
        var database = await TestService.NewDatabase(new ThingApp());
        await using (
            var old = await TestService.Start(new ThingApp { KnowsVehicleChanged = false }, database: database)
        )
        {
            await old.Deliver(Changed());
            await old.Deliver(Changed());
            Assert.Equal(["UNKNOWN"], await Outcomes(old));
        }
        var applied = new TaskCompletionSource<VehicleChanged>();
        var app = new ThingApp
        {
            OnVehicleChanged = (evt, _) =>
            {
                applied.TrySetResult(evt);
                return Task.CompletedTask;
            },
        };
        await using var later = await TestService.Start(app, database: database);
        Assert.Equal(ThingApp.Changed(), await applied.Task.WaitAsync(Poll.Patience));
        await Poll.Until(async () => (await later.Rows<Guid>("""SELECT event_id FROM inbox_unknown""")).Count == 0);
        Assert.Equal(["APPLIED"], await Outcomes(later));
    }

    [Fact]
    public async Task A_delivery_without_an_id_is_taken_and_dropped_so_that_it_blocks_nobody()
    {
        await using var service = await new ThingApp().Start();
        var nameless = Changed();
        nameless["id"] = "not-a-uuid";
        Assert.Equal(HttpStatusCode.OK, (await service.Deliver(nameless)).StatusCode);
        Assert.Empty(await Outcomes(service));
    }

    private static JsonObject Changed() =>
        TestService.EnvelopeOf(ThingApp.Changed(), "faults", 1, ThingApp.Thing, EventId);

    private static Task<IReadOnlyList<string>> Outcomes(TestService service) =>
        service.Rows<string>("""SELECT outcome FROM inbox ORDER BY sequence""");

    private static Task<IReadOnlyList<string>> Parked(TestService service) =>
        service.Rows<string>("""SELECT reason FROM inbox_parked ORDER BY event_id""");
}

using System.Text.Json.Nodes;
using Mobility.Platform.V1;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class GapHealingTests
{
    internal const string Holes = """SELECT first, last, missing FROM inbox_hole ORDER BY first""";
    private const string Source = "faults/11111111-1111-4111-8111-111111111111";
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_hole_that_lasts_a_round_is_asked_for_and_nothing_else()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        foreach (var number in (long[])[1, 2, 5, 6, 9])
        {
            await service.Deliver(TestService.EnvelopeOf(ThingApp.Changed(), "faults", number, ThingApp.Thing));
        }
        await service.Deliver(Mark(last: 11, firstAvailable: 1));
        await Asked(service, sidecar, 3);
        Assert.Equal(
            [(3, 4), (7, 8), (10, 11)],
            Requests(sidecar).Take(3).Select(r => (r.FirstSequence, r.LastSequence))
        );
        Assert.All(Requests(sidecar), r => Assert.Equal(Source, r.Source));
    }

    [Fact]
    public async Task A_new_consumer_asks_for_everything_in_steps_of_1000()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await service.Deliver(Mark(last: 2_500, firstAvailable: 1));
        await Asked(service, sidecar, 1);
        var request = Requests(sidecar)[0];
        Assert.Equal((1, 1_000), (request.FirstSequence, request.LastSequence));
    }

    [Fact]
    public async Task A_hole_older_than_the_sources_outbox_is_an_error_line_and_is_not_asked_for()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        service.ErrorsExpected = true;
        await service.Deliver(TestService.EnvelopeOf(ThingApp.Changed(), "faults", 4, ThingApp.Thing));
        await service.Deliver(Mark(last: 4, firstAvailable: 4));
        await Rounds(
            service,
            () => service.LogLines.Any(l => l.Contains("older than the source", StringComparison.Ordinal))
        );
        Assert.Empty(Requests(sidecar));
        Assert.Equal([(1, 3, 3)], await service.Rows<(long, long, long)>(Holes));
        await Rounds(service, async () => await Contiguous(service) == 4);
    }

    [Fact]
    public async Task Behind_numbers_that_are_gone_for_good_healing_and_housekeeping_go_on_and_metrics_tell()
    {
        const string gone = "faults/33333333-3333-4333-8333-333333333333";
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        service.ErrorsExpected = true;
        // More than one round looks at, and every other number of it is missing.
        await service.Rows<long>(
            """
            INSERT INTO inbox (source, sequence, event_id, client_id, type, outcome, apply_time)
            SELECT @gone, 2 * n, gen_random_uuid(), '*', 'type', 'IGNORED', @Now FROM generate_series(1, 25000) AS n
            """,
            new { gone, Now = service.Clock.GetUtcNow() }
        );
        using var http = new HttpClient { BaseAddress = service.Http };
        var row = $"mobility_events_beyond_repair{{source=\"{gone}\"}} 25000\n";
        await Rounds(
            service,
            async () =>
            {
                // However long it takes, the source is not one that has fallen silent.
                await service.Deliver(Mark(last: 50_010, firstAvailable: 50_001, gone));
                return Requests(sidecar).Count > 0
                    && await Contiguous(service) == 50_000
                    && (await http.GetStringAsync("/metrics")).Contains(row, StringComparison.Ordinal);
            }
        );
        Assert.All(
            Requests(sidecar),
            r => Assert.Equal((gone, 50_001, 50_010), (r.Source, r.FirstSequence, r.LastSequence))
        );
        var holes = await service.Rows<(long First, long Last, long Missing)>(Holes);
        Assert.Equal((1, 49_999, 25_000), (holes[0].First, holes[^1].Last, holes.Sum(h => h.Missing)));
        service.Clock.Advance(TimeSpan.FromDays(15));
        service.Db.Wake("housekeeping");
        await Poll.Until(async () => (await service.Rows<long>("""SELECT sequence FROM inbox LIMIT 1""")).Count == 0);
    }

    [Fact]
    public async Task What_is_left_of_a_long_hole_is_asked_for_though_its_beginning_is_gone()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        service.ErrorsExpected = true;
        await service.Deliver(Mark(last: 9_000, firstAvailable: 5_001));
        await Asked(service, sidecar, 1);
        Assert.Equal((5_001, 6_000), (Requests(sidecar)[0].FirstSequence, Requests(sidecar)[0].LastSequence));
    }

    [Fact]
    public async Task Holes_beyond_repair_do_not_hide_those_that_can_be_healed_and_are_told_once()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        service.ErrorsExpected = true;
        for (var number = 2; number <= 44; number += 2)
        {
            await service.Deliver(TestService.EnvelopeOf(ThingApp.Changed(), "faults", number, ThingApp.Thing));
        }
        await service.Deliver(Mark(last: 50, firstAvailable: 45));
        await Asked(service, sidecar, 3);
        Assert.All(Requests(sidecar), r => Assert.Equal((45, 50), (r.FirstSequence, r.LastSequence)));
        var told = service.LogLines.Where(l => l.Contains("older than the source", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(told);
        Assert.Equal(told.Distinct(StringComparer.Ordinal).Count(), told.Count);
    }

    [Fact]
    public async Task A_source_with_many_holes_that_answers_nothing_keeps_no_other_from_being_asked()
    {
        const string other = "faults/33333333-3333-4333-8333-333333333333";
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        for (var number = 2; number <= 50; number += 2)
        {
            await service.Deliver(TestService.EnvelopeOf(ThingApp.Changed(), "faults", number, ThingApp.Thing));
        }
        await service.Deliver(Mark(last: 50, firstAvailable: 1));
        await service.Deliver(Mark(last: 3, firstAvailable: 1, other));
        await Rounds(service, () => Requests(sidecar).Exists(r => r is { Source: other, LastSequence: 3 }));
        await Asked(service, sidecar, 20);
        Assert.Contains(Requests(sidecar), r => r.Source == Source);
    }

    [Fact]
    public async Task A_source_that_has_fallen_silent_is_not_asked_for_ever()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await service.Deliver(Mark(last: 3, firstAvailable: 1, "faults/22222222-2222-4222-8222-222222222222"));
        service.Clock.Advance(TimeSpan.FromHours(2));
        await service.Deliver(Mark(last: 5, firstAvailable: 1));
        await Asked(service, sidecar, 2);
        Assert.All(Requests(sidecar), r => Assert.Equal(Source, r.Source));
    }

    [Fact]
    public async Task A_watermark_of_another_source_than_its_sender_is_not_believed()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        var forged = Mark(last: 900, firstAvailable: 1);
        forged["source"] = "refunds/22222222-2222-4222-8222-222222222222";
        await service.Deliver(forged);
        Assert.Empty(await service.Rows<string>("""SELECT source FROM inbox_source"""));
    }

    [Fact]
    public async Task The_watermark_of_a_source_whose_events_go_to_others_leaves_no_hole()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await service.Deliver(Mark(last: 900, firstAvailable: 1, "desk/22222222-2222-4222-8222-222222222222"));
        await service.Deliver(Mark(last: 3, firstAvailable: 1));
        Assert.Equal([Source], await service.Rows<string>("""SELECT source FROM inbox_source"""));
    }

    [Fact]
    public async Task A_service_says_every_2_seconds_how_far_it_has_numbered()
    {
        await using var sidecar = await FakeSidecar.Start();
        await using var service = await new ThingApp().Start(sidecar.Endpoint);
        await service.Db.InTransaction(
            "gangneung-kick",
            tx =>
            {
                tx.Publish(ThingApp.Changed(), ThingApp.Thing);
                return Task.FromResult(true);
            },
            CancellationToken.None
        );
        await sidecar.Await(1);
        await Poll.Until(() =>
        {
            service.Clock.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(Marks(sidecar).Any(m => m is { Last: 1, FirstAvailable: 1 }));
        });
        Assert.All(Marks(sidecar), m => Assert.Equal(service.Db.EventSource, m.Source));
    }

    private static Task Asked(TestService service, FakeSidecar sidecar, int count) =>
        Rounds(service, () => Requests(sidecar).Count >= count);

    private static Task Rounds(TestService service, Func<bool> condition) =>
        Rounds(service, () => Task.FromResult(condition()));

    private static Task Rounds(TestService service, Func<Task<bool>> condition) =>
        Poll.Until(() =>
        {
            service.Clock.Advance(Round);
            return condition();
        });

    private static async Task<long> Contiguous(TestService service) =>
        (await service.Rows<long>("""SELECT contiguous FROM inbox_source""")).SingleOrDefault();

    internal static JsonObject Mark(long last, long firstAvailable, string source = Source)
    {
        var mark = new Watermark
        {
            Source = source,
            Last = last,
            FirstAvailable = firstAvailable,
        };
        var envelope = TestService.EnvelopeOf(mark, "faults", 0, "services/faults");
        envelope["topic"] = "control";
        envelope["source"] = source;
        return envelope;
    }

    internal static List<ReplayRequested> Requests(FakeSidecar sidecar) => Of(sidecar, ReplayRequested.Parser);

    private static List<Watermark> Marks(FakeSidecar sidecar) => Of(sidecar, Watermark.Parser);

    private static List<T> Of<T>(FakeSidecar sidecar, Google.Protobuf.MessageParser<T> parser)
        where T : Google.Protobuf.IMessage<T>, new() =>
        [
            .. sidecar
                .Control.Where(e =>
                    string.Equals((string)e["type"]!, new T().Descriptor.FullName, StringComparison.Ordinal)
                )
                .Select(e => parser.ParseJson(e["data"]!.ToJsonString())),
        ];
}

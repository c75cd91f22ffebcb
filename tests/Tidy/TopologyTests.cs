using System.Net;
using Google.Protobuf;
using Mobility.Platform;
using Mobility.Platform.V1;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>
/// The event topology: a subscriber's 404 would drop a message and a dead letter without retries takes the first
/// failure, so every route is probed and the retries are read.
/// </summary>
public sealed class TopologyTests
{
    private const string Control = "control";
    private const string Subject = $"clients/{TestIssuer.Client}/vehicles/0190a6c0-0000-7000-8000-00000000000a";

    private static readonly IReadOnlyList<Subscription> Present = Topology.Subscriptions(
        File.ReadAllText(Checkout.At("dapr-components/subscriptions.yaml"))
    );

    public static TheoryData<string> ServiceNames => Services.NamesBehind;

    [Fact]
    public void Subscriptions_hang_together() =>
        Rule.None(Loose(Present, [.. Services.Behind.Select(name => Services.App(name).Name)]));

    [Fact]
    public void A_loose_subscription_is_found()
    {
        string[] apps = ["faults", "refunds"];
        var letters = new Subscription("dead-letter-faults", ["/dead-letters"], null, ["faults"]);
        var whole = new Subscription("refunds", ["/events"], "dead-letter-faults", ["faults"]);
        var control = new Subscription(Control, ["/events"], null, apps);
        Assert.Empty(Loose([whole, letters, control], apps));
        Found("nobody hears", [whole with { Apps = [] }, letters, control], apps);
        Found("parking is no service", [whole, letters, control with { Apps = [.. apps, "parking"] }], apps);
        Found("lead to dead-letter-faults", [whole with { DeadLetterTopic = null }, letters, control], apps);
        Found("at /dead-letters", [whole, letters with { Routes = ["/events"] }, control], apps);
        Found("at /dead-letters", [whole, control], apps);
        Found("refunds does not hear control", [whole, letters, control with { Apps = ["faults"] }], apps);
    }

    [Fact]
    public void Deliveries_are_repeated_before_they_are_dead()
    {
        var yaml = File.ReadAllText(Checkout.At("dapr-components/resiliency.yaml"));
        Assert.True(int.Parse(Topology.InboundRetries(yaml, "pubsub") ?? "0") >= 100);
        Assert.Null(Topology.InboundRetries(yaml.Replace("inbound:", "outbound:", StringComparison.Ordinal), "pubsub"));
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Every_event_that_a_service_hears_is_on_its_page(string service)
    {
        var page = AppPage.Of(Services.App(service));
        var name = Services.App(service).Name;
        var topics = Present.Where(s => s.Apps.Contains(name) && s.Topic is not Control).Select(s => s.Topic);
        Rule.None(topics.SelectMany(topic => Unknown(Checkout.Files, topic, [.. page.Events.Keys])));
    }

    [Fact]
    public void An_event_that_a_page_leaves_out_is_found()
    {
        const string proto = """
            package mobility.faults.v1;

            // A part of events.
            message FaultSnapshot {
            }

            // It went. Topic "faults", subject the fault.
            message FaultGone {
            }
            """;
        SourceFile[] files = [new("protos/mobility/faults/v1/faults_events.proto", proto)];
        Assert.Contains(
            "mobility.faults.v1.FaultGone",
            Assert.Single(Unknown(files, "faults", [])),
            StringComparison.Ordinal
        );
        Assert.Empty(Unknown(files, "faults", ["mobility.faults.v1.FaultGone"]));
        Assert.Empty(Unknown(files, "refunds", []));
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public async Task Every_route_takes_a_probe_that_shows_the_token_and_no_other(string service)
    {
        var app = Services.App(service);
        await using var running = await TestService.Start(app, TestService.OwnOf(app));
        // Probes are empty, so they are parked, which is an error line.
        running.ErrorsExpected = true;
        var sequence = 0L;
        var heard = Present.Where(s => s.Apps.Contains(app.Name)).ToList();
        Assert.NotEmpty(heard);
        foreach (var (subscription, route) in heard.SelectMany(s => s.Routes.Select(r => (s, r))))
        {
            var probe = TestService.EnvelopeOf(
                ProbeFor(subscription, app),
                PublisherOf(subscription),
                ++sequence,
                Subject
            );
            probe["topic"] = subscription.Topic;
            using var refused = await running.Deliver(probe, token: null, route: route);
            using var wrong = await running.Deliver(probe, token: "wrong", route: route);
            using var taken = await running.Deliver(probe, route: route);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        }
        using var nowhere = await running.Deliver([], route: "/evnets");
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
    }

    private static void Found(string message, IReadOnlyList<Subscription> subscriptions, string[] apps) =>
        Assert.Contains(Loose(subscriptions, apps), f => f.Contains(message, StringComparison.Ordinal));

    private static IEnumerable<string> Loose(IReadOnlyList<Subscription> subscriptions, IReadOnlyList<string> apps) =>
        [
            .. subscriptions.Where(s => s.Apps.Count == 0).Select(s => $"nobody hears {s.Topic}"),
            .. subscriptions.SelectMany(s => s.Apps.Except(apps).Select(a => $"{s.Topic}: {a} is no service")),
            .. subscriptions.SelectMany(s => s.Apps.SelectMany(app => LooseLetters(s, app, subscriptions))),
            .. apps.Where(app => !subscriptions.Any(s => s.Topic == Control && s.Apps.Contains(app)))
                .Select(app => $"{app} does not hear {Control}"),
        ];

    /// <summary>What fails for good must reach the same application at /dead-letters;
    /// control is repeated for ever.</summary>
    private static IEnumerable<string> LooseLetters(Subscription heard, string app, IReadOnlyList<Subscription> all)
    {
        var letters = $"dead-letter-{app}";
        if (heard.Topic == Control || heard.Topic == letters)
        {
            yield break;
        }
        if (heard.DeadLetterTopic != letters)
        {
            yield return $"{heard.Topic} at {app} does not lead to {letters}";
        }
        if (
            !all.Any(s =>
                s.Topic == letters && s.Apps.SequenceEqual([app]) && s.Routes.SequenceEqual(["/dead-letters"])
            )
        )
        {
            yield return $"{app} does not hear {letters} at /dead-letters";
        }
    }

    private static IEnumerable<string> Unknown(IReadOnlyList<SourceFile> files, string topic, HashSet<string> known) =>
        from file in files
        where file.Ends("_events.proto")
        from name in Topology.EventsOf(file, topic)
        where !known.Contains(name)
        select $"{name} of topic {topic} is neither applied nor ignored on the page";

    private static string PublisherOf(Subscription subscription) =>
        Services.Behind.Select(name => Services.App(name).Name).FirstOrDefault(name => name == subscription.Topic)
        ?? Services.Behind.Select(name => Services.App(name).Name).First();

    /// <summary>An empty event that the application knows, or what travels on control.</summary>
    private static IMessage ProbeFor(Subscription subscription, ServiceApp app)
    {
        if (subscription.Topic == Control)
        {
            return new Watermark { Source = "elsewhere/11111111-1111-4111-8111-111111111111" };
        }
        var known = AppPage.Of(app).Events.Values.First(line => line.Handle is not null).Descriptor;
        return known.Parser.ParseFrom([]);
    }
}

using System.Text.Json;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>Which message goes where: checks 21 to 23 and 38.</summary>
public class SidecarRoutingTests
{
    /// <summary>The component; classes derived from this one run the same facts on another broker.</summary>
    protected virtual string PubSub() => SidecarYaml.PubSub();

    private const string Routed = """
        apiVersion: dapr.io/v2alpha1
        kind: Subscription
        metadata:
          name: routed
        spec:
          pubsubname: pubsub
          topic: things
          routes:
            rules:
              - match: event.type == "one"
                path: /one
              - match: event.type=='two'
                path: /two
              - match: event.type == "one"
                path: /never
            default: /rest
        """;

    private const string OnlyRules = """
        apiVersion: dapr.io/v2alpha1
        kind: Subscription
        metadata:
          name: only-rules
        spec:
          pubsubname: pubsub
          topic: few
          routes:
            rules:
              - match: event.type == "one"
                path: /few-one
          deadLetterTopic: unrouted
        """;

    private const string EmptyMatch = """
        apiVersion: dapr.io/v2alpha1
        kind: Subscription
        metadata:
          name: empty-match
        spec:
          pubsubname: pubsub
          topic: any
          routes:
            rules:
              - path: /any-first
            default: /any-default
        """;

    // Check 22.
    [Fact]
    public async Task The_first_rule_that_matches_wins_and_the_default_takes_the_rest()
    {
        await using SidecarRig rig = await SidecarRig.Start(
            PubSub(),
            Routed,
            OnlyRules,
            EmptyMatch,
            SidecarYaml.Subscribe("unrouted")
        );
        foreach (string type in (string[])["one", "two", "three"])
            await rig.Sidecar.Send($"things?metadata.cloudevent.type={type}&metadata.cloudevent.id={type}", "{}");
        Assert.Equal("one", (await rig.App.Next("/one")).Id);
        Assert.Equal("two", (await rig.App.Next("/two")).Id);
        Assert.Equal("three", (await rig.App.Next("/rest")).Id);
        Assert.Equal(0, rig.App.Waiting("/never"));

        await rig.Sidecar.Send("few?metadata.cloudevent.type=two&metadata.cloudevent.id=unmatched", "{}");
        await rig.Sidecar.Send("few?metadata.cloudevent.type=one&metadata.cloudevent.id=matched", "{}");
        Assert.Equal("matched", (await rig.App.Next("/few-one")).Id);
        Assert.Equal("unmatched", (await rig.App.Next("/unrouted")).Id);

        await rig.Sidecar.SendId("any", "whatever");
        Assert.Equal("whatever", (await rig.App.Next("/any-first")).Id);
    }

    // Check 21, turned round: this sidecar takes declarative subscriptions only, as its README says.
    [Fact]
    public async Task An_application_that_only_answers_dapr_subscribe_gets_nothing_and_is_not_even_asked()
    {
        await using SidecarRig rig = await SidecarRig.Start(PubSub(), SidecarYaml.Subscribe("declared"));
        await rig.Sidecar.SendId("programmatic", "unheard");
        await rig.Sidecar.SendId("declared", "heard");
        await rig.App.Next("/declared");
        Assert.Equal(SidecarProcess.IsDaprd, rig.App.Gets.Contains("/dapr/subscribe"));
        Assert.Equal(["declared"], (await Subscriptions(rig.Sidecar)).Select(s => Text(s, "topic")));
    }

    // Check 23.
    [Fact]
    public async Task Only_apps_in_scope_subscribe_and_metadata_lists_both_versions_as_declarative()
    {
        const string First = """
            apiVersion: dapr.io/v1alpha1
            kind: Subscription
            metadata:
              name: first-version
            spec:
              pubsubname: pubsub
              topic: v1
              route: v1-route
            """;
        await using SidecarRig rig = await SidecarRig.Start(
            PubSub() + "\n---\n" + First,
            SidecarYaml.Subscribe("v2", scopes: "other,app"),
            SidecarYaml.Subscribe("foreign", scopes: "other")
        );
        foreach (string topic in (string[])["v1", "v2", "foreign"])
            await rig.Sidecar.SendId(topic, topic);
        Assert.Equal("v1", (await rig.App.Next("/v1-route")).Id);
        Assert.Equal("v2", (await rig.App.Next("/v2")).Id);
        Assert.Equal(0, rig.App.Waiting("/foreign"));
        JsonElement[] listed = await Subscriptions(rig.Sidecar);
        Assert.Equal(["v1", "v2"], listed.Select(s => Text(s, "topic")).Order(StringComparer.Ordinal));
        Assert.All(listed, subscription => Assert.Equal("DECLARATIVE", Text(subscription, "type")));
    }

    // Check 38.
    [Fact]
    public async Task A_thousand_messages_arrive_in_order_even_when_some_are_retried()
    {
        await using SidecarRig rig = await SidecarRig.Start(
            PubSub(),
            SidecarYaml.Subscribe("orders"),
            SidecarYaml.Retry("5ms", 100)
        );
        var accepted = new List<int>();
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int calls = 0;
        rig.App.On(
            "/orders",
            received =>
            {
                if (++calls % 50 == 0)
                    return Task.FromResult(new Answer(503));
                accepted.Add(received.Json.GetProperty("data").GetInt32());
                if (accepted.Count == 1000)
                    last.TrySetResult();
                return Task.FromResult(new Answer(200));
            }
        );
        for (int i = 0; i < 1000; i++)
            await rig.Sidecar.Send("orders", $"{i}");
        await last.Task.WaitAsync(Poll.Patience);
        Assert.Equal(Enumerable.Range(0, 1000), accepted);
    }

    private static async Task<JsonElement[]> Subscriptions(TestSidecar sidecar)
    {
        JsonElement metadata = JsonElement.Parse(await sidecar.Http.GetByteArrayAsync("/v1.0/metadata"));
        return metadata.TryGetProperty("subscriptions", out JsonElement list) ? [.. list.EnumerateArray()] : [];
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}

using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>What becomes of a message by the application's answer: checks 24 to 26 and 28 to 31.</summary>
public class SidecarVerdictTests
{
    /// <summary>The component; classes derived from this one run the same facts on another broker.</summary>
    protected virtual string PubSub() => SidecarYaml.PubSub();

    private const string Dead = "dead";

    // Check 24.
    [Fact]
    public async Task Every_2xx_without_a_contrary_status_is_an_acknowledgement()
    {
        await using SidecarRig rig = await SidecarRig.Start(
            PubSub(),
            SidecarYaml.Subscribe("orders", deadLetterTopic: Dead),
            SidecarYaml.Subscribe(Dead)
        );
        string[] bodies = ["", "{}", """{"status":"SUCCESS"}""", "not json", "[]", "null", """{"status":7}"""];
        rig.App.On("/orders", [.. bodies.Select(body => new Answer(200, body))]);
        for (int n = 0; n <= bodies.Length; n++)
        {
            await rig.Sidecar.SendId("orders", $"{n}");
            Assert.Equal($"{n}", (await rig.App.Next("/orders")).Id);
        }
        // Each was answered before the next one came, so a dead letter would be there before this one.
        await rig.Sidecar.SendId(Dead, "none");
        Assert.Equal("none", (await rig.App.Next("/" + Dead)).Id);
    }

    // Checks 25 and 26.
    [Theory]
    [InlineData(200, """{"status":"DROP"}""")]
    [InlineData(404, "")]
    public async Task A_dropped_message_is_called_once_and_becomes_a_dead_letter(int status, string body)
    {
        await using SidecarRig rig = await SidecarRig.Start(
            PubSub(),
            SidecarYaml.Subscribe("orders", deadLetterTopic: Dead),
            SidecarYaml.Subscribe(Dead),
            SidecarYaml.Retry("10ms", 4)
        );
        rig.App.On("/orders", new Answer(status, body), new Answer(200));
        await rig.Sidecar.SendId("orders", "dropped");
        Received source = await rig.App.Next("/orders");
        Assert.Equal(source.Text, (await rig.App.Next("/" + Dead)).Text);
        await rig.Sidecar.SendId("orders", "next");
        Assert.Equal("next", (await rig.App.Next("/orders")).Id);
    }

    [Fact]
    public async Task Without_a_dead_letter_topic_a_dropped_message_is_gone_and_the_next_one_comes()
    {
        await using SidecarRig rig = await SidecarRig.Start(PubSub(), SidecarYaml.Subscribe("orders"));
        rig.App.On("/orders", new Answer(404), new Answer(200));
        await rig.Sidecar.SendId("orders", "dropped");
        await rig.Sidecar.SendId("orders", "next");
        Assert.Equal("dropped", (await rig.App.Next("/orders")).Id);
        Assert.Equal("next", (await rig.App.Next("/orders")).Id);
    }

    // Check 28, and 29: the dead letter is the same event, still with its own topic.
    [Fact]
    public async Task A_failing_message_is_called_as_often_as_the_policy_says_and_then_becomes_a_dead_letter()
    {
        await using SidecarRig rig = await SidecarRig.Start(
            PubSub(),
            SidecarYaml.Subscribe("orders", deadLetterTopic: Dead),
            SidecarYaml.Subscribe(Dead),
            SidecarYaml.Retry("10ms", 4)
        );
        rig.App.On("/orders", new Answer(500));
        await rig.Sidecar.SendId("orders", "failing");
        Received dead = await rig.App.Next("/" + Dead);
        for (int call = 1; call <= 5; call++)
            Assert.Equal("failing", (await rig.App.Next("/orders")).Id);
        Assert.Equal(0, rig.App.Waiting("/orders"));
        Assert.Equal("failing", dead.Id);
        Assert.Equal("orders", dead.Json.GetProperty("topic").GetString());
        Assert.Equal(0, rig.App.Waiting("/" + Dead));
    }

    [Fact]
    public async Task Without_a_policy_the_first_failure_makes_a_dead_letter()
    {
        await using SidecarRig rig = await SidecarRig.Start(
            PubSub(),
            SidecarYaml.Subscribe("orders", deadLetterTopic: Dead),
            SidecarYaml.Subscribe(Dead)
        );
        rig.App.On("/orders", new Answer(500));
        await rig.Sidecar.SendId("orders", "failing");
        await rig.App.Next("/" + Dead);
        await rig.App.Next("/orders");
        Assert.Equal(0, rig.App.Waiting("/orders"));
    }

    // Check 30.
    [Fact]
    public async Task A_status_outside_the_matching_codes_is_not_retried()
    {
        await using SidecarRig rig = await SidecarRig.Start(
            PubSub(),
            SidecarYaml.Subscribe("orders", deadLetterTopic: Dead),
            SidecarYaml.Subscribe(Dead),
            SidecarYaml.Retry("10ms", 3, matching: "500-599")
        );
        rig.App.On("/orders", new Answer(400));
        await rig.Sidecar.SendId("orders", "refused");
        await rig.App.Next("/" + Dead);
        await rig.App.Next("/orders");
        Assert.Equal(0, rig.App.Waiting("/orders"));
        rig.App.On("/orders", new Answer(503));
        await rig.Sidecar.SendId("orders", "unavailable");
        await rig.App.Next("/" + Dead);
        Assert.Equal(4, rig.App.Waiting("/orders"));
    }

    // Check 31.
    [Theory]
    [InlineData("""{"status":"RETRY"}""")]
    [InlineData("""{"status":"WHATEVER"}""")]
    public async Task Retry_asked_for_twice_then_success_makes_three_calls(string body)
    {
        await using SidecarRig rig = await SidecarRig.Start(
            PubSub(),
            SidecarYaml.Subscribe("orders", deadLetterTopic: Dead),
            SidecarYaml.Subscribe(Dead),
            SidecarYaml.Retry("10ms", 10)
        );
        rig.App.On("/orders", new Answer(200, body), new Answer(200, body), new Answer(200));
        await rig.Sidecar.SendId("orders", "again");
        await rig.Sidecar.SendId("orders", "next");
        string[] calls =
        [
            .. await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => (await rig.App.Next("/orders")).Id)),
        ];
        Assert.Equal(["again", "again", "again", "next"], calls);
        Assert.Equal(0, rig.App.Waiting("/" + Dead));
    }

    [Fact]
    public async Task A_handler_slower_than_the_timeout_is_called_again()
    {
        await using SidecarRig rig = await SidecarRig.Start(
            PubSub(),
            SidecarYaml.Subscribe("orders"),
            SidecarYaml.Retry("10ms", 10, timeout: "200ms")
        );
        int calls = 0;
        rig.App.On(
            "/orders",
            async received =>
            {
                if (Interlocked.Increment(ref calls) == 1)
                    await Aborted(received);
                return new Answer(200);
            }
        );
        await rig.Sidecar.SendId("orders", "slow");
        Assert.Equal("slow", (await rig.App.Next("/orders")).Id);
        Assert.Equal("slow", (await rig.App.Next("/orders")).Id);
    }

    private static async Task Aborted(Received received)
    {
        var aborted = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = received.Aborted.Register(() =>
            aborted.TrySetResult()
        );
        await aborted.Task;
    }
}

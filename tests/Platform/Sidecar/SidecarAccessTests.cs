using System.Text.Json;
using Mobility.Sidecar;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>Tokens and topic scopes: checks 42 and 43; and what is refused rather than pretended.</summary>
public class SidecarAccessTests
{
    /// <summary>The component; classes derived from this one run the same facts on another broker.</summary>
    protected virtual string PubSub(params (string Name, string Value)[] metadata) => SidecarYaml.PubSub(metadata);

    // Check 42. A process, because the tokens come from its environment; on each broker it publishes and delivers.
    [Fact]
    public async Task With_tokens_the_api_asks_for_one_and_the_application_gets_the_other()
    {
        await using SidecarRig rig = await SidecarRig.StartProcess(
            [],
            new SidecarSettings("api-secret", "app-secret"),
            PubSub(),
            SidecarYaml.Subscribe("orders")
        );
        using HttpResponseMessage without = await rig.Sidecar.Publish("orders", "{}");
        Assert.Equal(401, (int)without.StatusCode);
        using HttpResponseMessage wrong = await rig.Sidecar.Publish(
            "orders",
            "{}",
            null,
            ("dapr-api-token", "api-secre")
        );
        Assert.Equal(401, (int)wrong.StatusCode);
        using HttpResponseMessage right = await rig.Sidecar.Publish(
            "orders",
            "{}",
            null,
            ("dapr-api-token", "api-secret")
        );
        Assert.Equal(204, (int)right.StatusCode);
        using HttpResponseMessage health = await rig.Sidecar.Http.GetAsync("/v1.0/healthz");
        Assert.Equal(204, (int)health.StatusCode);
        Assert.Equal("app-secret", (await rig.App.Next("/orders")).Headers["dapr-api-token"]);
    }

    // Check 43: publishing. Each row is a component of its own in one process.
    [Fact]
    public async Task Publishing_follows_the_topic_scopes()
    {
        (string Allowed, string Protected, string Scopes, string Topic, int Status)[] rows =
        [
            ("", "", "", "a", 204),
            ("a,b", "", "", "a", 204),
            ("a,b", "", "", "c", 403),
            ("", "a", "", "a", 403),
            ("", "a", "", "b", 204),
            ("", "a", "app=a", "a", 204),
            ("", "", "app=a, b", "b", 204),
            ("", "", "app=a", "b", 403),
            ("", "", "app=", "a", 403),
            ("", "", "other=a;more=b", "a", 204),
            ("a", "", "app=b", "b", 403),
        ];
        using SidecarYaml yaml = SidecarYaml.Of([
            .. rows.Select(row =>
                    PubSub(
                        ("allowedTopics", row.Allowed),
                        ("protectedTopics", row.Protected),
                        ("publishingScopes", row.Scopes)
                    )
                )
                .Select((text, n) => text.Replace("name: pubsub", $"name: scopes{n}", StringComparison.Ordinal)),
        ]);
        await using TestSidecar sidecar = await TestSidecar.Start(yaml.Folder, appPort: null);
        for (int n = 0; n < rows.Length; n++)
        {
            using var body = new StringContent("{}");
            using HttpResponseMessage answer = await sidecar.Http.PostAsync(
                $"/v1.0/publish/scopes{n}/{rows[n].Topic}",
                body
            );
            Assert.True(rows[n].Status == (int)answer.StatusCode, $"{rows[n]}: {(int)answer.StatusCode}");
            if (rows[n].Status == 403)
                Assert.Equal("ERR_PUBSUB_FORBIDDEN", await ErrorCode(answer));
        }
    }

    // Check 43: subscribing.
    [Fact]
    public async Task A_subscription_that_scopes_deny_gets_nothing_and_is_absent_from_metadata()
    {
        await using SidecarRig rig = await SidecarRig.Start(
            PubSub(("subscriptionScopes", "app=open"), ("protectedTopics", "open")),
            SidecarYaml.Subscribe("open"),
            SidecarYaml.Subscribe("closed")
        );
        // Publishing to a protected topic needs a scope; the closed one is not protected.
        using HttpResponseMessage refused = await rig.Sidecar.Publish("open", "{}");
        Assert.Equal(403, (int)refused.StatusCode);
        await rig.Sidecar.SendId("closed", "unheard");
        JsonElement metadata = JsonElement.Parse(await rig.Sidecar.Http.GetByteArrayAsync("/v1.0/metadata"));
        string?[] topics =
        [
            .. metadata.GetProperty("subscriptions").EnumerateArray().Select(s => s.GetProperty("topic").GetString()),
        ];
        Assert.Equal("open", Assert.Single(topics));
        Assert.Equal(0, rig.App.Waiting("/closed"));
    }

    [Fact]
    public async Task What_is_not_supported_says_so()
    {
        if (SidecarProcess.IsDaprd)
            return;
        using SidecarYaml yaml = SidecarYaml.Of(PubSub());
        await using TestSidecar sidecar = await TestSidecar.Start(yaml.Folder, appPort: null);
        string[] posts =
        [
            "/v1.0/publish/bulk/pubsub/orders",
            "/v1.0-alpha1/publish/bulk/pubsub/orders",
            "/v1.0/state/store",
            "/v1.0/invoke/other/method/go",
            "/v1.0/publish/pubsub/orders?metadata.rawPayload=true",
            "/v1.0/publish/pubsub/orders?metadata.ttlInSeconds=1",
            "/anything",
        ];
        foreach (string path in posts)
        {
            using HttpResponseMessage answer = await sidecar.Http.PostAsync(path, content: null);
            Assert.Equal(501, (int)answer.StatusCode);
            Assert.Equal("ERR_NOT_SUPPORTED", await ErrorCode(answer));
        }
    }

    [Fact]
    public async Task Unknown_components_empty_topics_and_large_bodies_are_refused()
    {
        using SidecarYaml yaml = SidecarYaml.Of(PubSub());
        await using TestSidecar sidecar = await TestSidecar.Start(yaml.Folder, null, ["--max-body-size", "1Ki"]);
        using HttpResponseMessage unknown = await sidecar.Http.PostAsync("/v1.0/publish/other/topic", content: null);
        Assert.Equal(404, (int)unknown.StatusCode);
        Assert.Equal("ERR_PUBSUB_NOT_FOUND", await ErrorCode(unknown));
        using HttpResponseMessage large = await sidecar.Publish("orders", new string('x', 2000));
        Assert.InRange((int)large.StatusCode, 400, 599);
        using HttpResponseMessage fits = await sidecar.Publish("orders", new string('x', 900));
        Assert.Equal(204, (int)fits.StatusCode);
    }

    private static async Task<string?> ErrorCode(HttpResponseMessage answer) =>
        JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()).GetProperty("errorCode").GetString();
}

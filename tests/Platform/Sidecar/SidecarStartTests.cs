using Mobility.Sidecar;
using Mobility.Sidecar.Options;
using Mobility.Sidecar.Resources;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>What the sidecar refuses to start with, and that it names everything at once.</summary>
public sealed class SidecarStartTests
{
    private const string Component = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: pubsub}\nspec:\n";
    private const string Subscription =
        "apiVersion: dapr.io/v2alpha1\nkind: Subscription\nmetadata: {name: s}\n"
        + "spec:\n  pubsubname: pubsub\n  topic: t\n";
    private const string Resiliency = "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: {name: r}\nspec:\n";
    private const string Configuration =
        "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: {name: c}\nspec:\n";

    [Theory]
    [InlineData(Component + "  type: pubsub.redis\n  version: v1", "type pubsub.redis/v1 is not supported")]
    [InlineData(Component + "  type: pubsub.in-memory\n  version: v2", "pubsub.in-memory/v2 is not supported")]
    [InlineData(
        Component + "  type: pubsub.in-memory\n  metadata: [{name: protectedTopics, secretKeyRef: {name: a, key: b}}]",
        "secretKeyRef is not supported"
    )]
    [InlineData(
        Component + "  type: pubsub.in-memory\n  metadata: [{name: allowedTopics, envRef: X}]",
        "'X' is not set in the environment"
    )]
    [InlineData(
        Component + "  type: pubsub.in-memory\n  metadata: [{name: allowedTopics, envRef: DAPR_API_TOKEN}]",
        "'DAPR_API_TOKEN' may not be read"
    )]
    [InlineData(
        Component + "  type: pubsub.in-memory\n  metadata: [{name: redisHost, value: x}]",
        "'redisHost' means nothing"
    )]
    [InlineData(Component + "  type: pubsub.in-memory\nauth: {secretStore: vault}", "auth is not supported")]
    [InlineData(
        Subscription + "  routes: {rules: [{match: 'event.type == \"a\" && true', path: /a}]}",
        "is not supported"
    )]
    [InlineData(Subscription + "  routes: {rules: [{match: 'event.source == \"a\"', path: /a}]}", "is not supported")]
    [InlineData(Subscription + "  routes: {rules: [{match: 'event.type != \"a\"', path: /a}]}", "is not supported")]
    [InlineData(
        Subscription + "  routes: {rules: [{match: 'event.type == \"a\"'}]}",
        "routes.rules[0].path is required"
    )]
    [InlineData(Subscription + "  routes: {}", "has no route")]
    [InlineData(
        Subscription + "  routes: {default: /a}\n  bulkSubscribe: {enabled: true}",
        "bulkSubscribe.enabled is not supported"
    )]
    [InlineData(
        Subscription + "  routes: {default: /a}\n  metadata: {rawPayload: \"true\"}",
        "metadata.rawPayload is not supported"
    )]
    [InlineData(
        Subscription + "  routes: {default: /a}\n  metadata: {queueType: stream}",
        "'stream' is neither classic nor quorum"
    )]
    [InlineData(Subscription + "  routes: {default: /a}\n  deadLetterTopic: t", "is the topic itself")]
    [InlineData(Subscription + "  routes: {default: /a}\n  surprise: 1", "surprise is not supported")]
    [InlineData(Subscription + "  routes: {default: /a}\n  topic: x", "cannot be read as YAML")]
    [InlineData(
        Resiliency + "  policies: {circuitBreakers: {c: {maxRequests: 1}}}",
        "circuitBreakers is not supported"
    )]
    [InlineData(Resiliency + "  targets: {components: {pubsub: {outbound: {retry: x}}}}", "outbound is not supported")]
    [InlineData(
        Resiliency + "  targets: {components: {pubsub: {inbound: {retry: x}}}}",
        "'x' is not among policies.retries"
    )]
    [InlineData(
        Resiliency + "  targets: {components: {pubsub: {inbound: {circuitBreaker: x}}}}",
        "circuitBreaker is not supported"
    )]
    [InlineData(Resiliency + "  targets: {apps: {other: {retry: x}}}", "apps is not supported")]
    [InlineData(
        Resiliency + "  policies: {retries: {r: {policy: linear}}}",
        "'linear' is neither constant nor exponential"
    )]
    [InlineData(Resiliency + "  policies: {retries: {r: {duration: 5}}}", "'5' is not a duration")]
    [InlineData(Resiliency + "  policies: {retries: {r: {matching: {httpStatusCodes: 5xx}}}}", "'5xx' is not a list")]
    [InlineData(
        Resiliency + "  policies: {retries: {r: {matching: {gRPCStatusCodes: \"1\"}}}}",
        "gRPCStatusCodes is not supported"
    )]
    [InlineData(Resiliency + "  policies: {retries: {DefaultRetryPolicy: {duration: 1s}}}", "is a default template")]
    [InlineData(Configuration + "  tracing: {samplingRate: \"1\"}", "samplingRate '1' is not supported")]
    [InlineData(Configuration + "  mtls: {enabled: true}", "mtls.enabled is not supported")]
    [InlineData(Configuration + "  httpPipeline: {handlers: []}", "httpPipeline is not supported")]
    [InlineData(
        "apiVersion: dapr.io/v1alpha1\nkind: HTTPEndpoint\nmetadata: {name: h}",
        "this kind of resource is not supported"
    )]
    [InlineData("apiVersion: dapr.io/v1alpha1\nkind: Component", "name is required")]
    public void Resources_that_would_be_ignored_are_refused(string document, string expected)
    {
        // The shape itself is right: without the document under test nothing is wrong.
        Assert.Empty(Load(SidecarYaml.PubSub().Replace("name: pubsub", "name: other", StringComparison.Ordinal)));
        string[] beside = document.Contains("kind: Component", StringComparison.Ordinal) ? [] : [SidecarYaml.PubSub()];
        Assert.Contains(Load([document, .. beside]), problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Duplicates_missing_components_and_unpublishable_dead_letters_are_refused()
    {
        Says("duplicated", SidecarYaml.PubSub(), SidecarYaml.PubSub());
        Says("'pubsub' is not a component", SidecarYaml.Subscribe("t"));
        string closed = SidecarYaml.PubSub(("protectedTopics", "dead"));
        Says("may not publish to its dead letter topic", closed, SidecarYaml.Subscribe("t", deadLetterTopic: "dead"));
        string again = SidecarYaml.Subscribe("t").Replace("sub-t", "sub-again", StringComparison.Ordinal);
        Says("already subscribes t", SidecarYaml.PubSub(), SidecarYaml.Subscribe("t"), again);
    }

    [Fact]
    public void Resources_of_other_apps_and_ignorable_components_do_not_stop_the_start()
    {
        const string Foreign = Component + "  type: pubsub.kafka\n  version: v1\nscopes: [other]";
        Assert.Empty(Load(Foreign));
        Assert.Empty(Load(Component + "  type: pubsub.kafka\n  version: v1\n  ignoreErrors: true"));
    }

    [Fact]
    public void The_topology_of_the_repository_is_accepted_for_every_service()
    {
        string folder = Path.Combine(RepositoryRoot(), "dapr-components");
        foreach ((string appId, int count) in ((string, int)[])[("faults", 3), ("refunds", 4)])
        {
            var problems = new Problems();
            ResourceSet set = ResourceSet.Load(appId, [folder], [], null, problems, []);
            Assert.Empty(problems.All);
            Assert.Equal(count, set.Subscriptions.Count);
            TopicScopes topics = set.Components["pubsub"].Topics;
            Assert.All(set.Subscriptions, subscription => Assert.True(topics.MaySubscribe(appId, subscription.Topic)));
            Assert.True(topics.MayPublish(appId, appId));
            Assert.True(topics.MayPublish(appId, "control"));
            Assert.False(topics.MayPublish("stranger", appId));
            // A database restart takes up to 20 s and must not make dead letters.
            RetryPolicy retry = set.Inbound["pubsub"].Retry!;
            Assert.True(retry.Duration * retry.MaxRetries > TimeSpan.FromSeconds(20));
        }
    }

    [Theory]
    [InlineData("--app-id a --surprise 1", "--surprise: unknown flag")]
    [InlineData("--app-port 1", "--app-id: is required")]
    [InlineData("--app-id a --app-protocol grpc", "'grpc' is not supported")]
    [InlineData("--app-id a --app-protocol h2c", "'h2c' is not supported")]
    [InlineData("--app-id a --mode kubernetes", "'kubernetes' is not supported")]
    [InlineData("--app-id a --app-port http", "'http' is not a whole number")]
    [InlineData("--app-id a --app-port", "needs a value")]
    [InlineData("--app-id a extra", "extra: not a flag")]
    [InlineData("--app-id a --max-body-size much", "'much' is not a size")]
    [InlineData("--app-id a --unix-domain-socket /tmp", "--unix-domain-socket: is not supported")]
    [InlineData("--app-id a --and --app-id a --dapr-http-port 1 --dapr-grpc-port 2", "'a' is given to 2 groups")]
    [InlineData("--app-id a --and --app-id b", "3500 is used 2 times")]
    [InlineData("--app-id a --test-deliver never", "'never' is none of twice, reorder, delay, drop")]
    public void Flags_that_are_unknown_or_unsupported_are_refused(string line, string expected)
    {
        var problems = new Problems();
        CommandLine.Parse(line.Split(' '), problems);
        Assert.Contains(problems.All, problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Flags_are_read_in_every_form_that_daprd_takes_and_later_groups_inherit()
    {
        const string Line =
            "-app-id a --app-port=5001 -dapr-http-port 3501 --resources-path x --resources-path y "
            + "--enable-app-health-check --app-health-probe-interval 1 "
            + "--placement-host-address p:1 --sentry-address= --enable-profiling "
            + "--and --app-id b --dapr-http-port 3502 --dapr-grpc-port 50002 --resources-path z";
        var problems = new Problems();
        IReadOnlyList<AppOptions> apps = CommandLine.Parse(Line.Split(' '), problems);
        Assert.Empty(problems.All);
        Assert.Equal((5001, 3501, 50001), (apps[0].AppPort, apps[0].HttpPort, apps[0].GrpcPort));
        Assert.Equal(["x", "y"], apps[0].ResourcePaths);
        Assert.Null(apps[1].AppPort);
        Assert.Equal(["z"], apps[1].ResourcePaths);
        Assert.Equal(TimeSpan.FromSeconds(1), apps[1].HealthCheck!.Interval);
    }

    [Fact]
    public async Task Everything_wrong_is_printed_at_once_and_the_process_ends_with_an_error()
    {
        if (SidecarProcess.IsDaprd)
            return;
        using SidecarYaml yaml = SidecarYaml.Of(
            Component + "  type: state.redis\n  version: v1",
            Resiliency + "  policies: {circuitBreakers: {c: {maxRequests: 1}}}"
        );
        (int exitCode, string output) = await SidecarProcess.RunToEnd(
            "--app-id",
            "a",
            "--resources-path",
            yaml.Folder,
            "--surprise=1"
        );
        Assert.Equal(1, exitCode);
        Assert.Contains("--surprise: unknown flag", output, StringComparison.Ordinal);
        Assert.Contains("type state.redis/v1 is not supported", output, StringComparison.Ordinal);
        Assert.Contains("circuitBreakers is not supported", output, StringComparison.Ordinal);
        Assert.Contains("3 errors", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sidecar_that_ends_inside_a_tests_process_fails_the_test_with_its_words()
    {
        if (SidecarProcess.IsDaprd)
            return;
        using SidecarYaml yaml = SidecarYaml.Of(SidecarYaml.PubSub());
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() =>
            TestSidecar.Start(yaml.Folder, appPort: null, ["--surprise=1"])
        );
        Assert.Contains("--surprise: unknown flag", failure.Message, StringComparison.Ordinal);
    }

    private static void Says(string expected, params string[] documents) =>
        Assert.Contains(expected, Assert.Single(Load(documents)), StringComparison.Ordinal);

    private static IReadOnlyList<string> Load(params string[] documents)
    {
        using SidecarYaml yaml = SidecarYaml.Of(documents);
        var problems = new Problems();
        ResourceSet.Load("app", [yaml.Folder], [], null, problems, []);
        return problems.All;
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Mobility.sln")))
            folder = folder.Parent;
        return folder!.FullName;
    }
}

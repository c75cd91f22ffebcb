namespace Mobility.Tests.Platform;

/// <summary>Resource files in a folder of their own, written by hand as a user would.</summary>
public sealed class SidecarYaml : IDisposable
{
    private int files;

    private SidecarYaml() { }

    public string Folder { get; } = Directory.CreateTempSubdirectory("mobility-sidecar-").FullName;

    /// <summary>Writes each text as a file.</summary>
    public static SidecarYaml Of(params string[] documents)
    {
        var yaml = new SidecarYaml();
        foreach (string document in documents)
            yaml.Add(document);
        return yaml;
    }

    public void Add(string document) =>
        File.WriteAllText(Path.Combine(Folder, $"{++files:000}.yaml"), document.ReplaceLineEndings("\n"));

    /// <summary>Component `pubsub`, with metadata as name and value pairs.</summary>
    public static string PubSub(params (string Name, string Value)[] metadata) =>
        $"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: pubsub
            spec:
              type: pubsub.in-memory
              version: v1
              metadata: [{string.Join(", ", metadata.Select(m => $"{{name: {m.Name}, value: \"{m.Value}\"}}"))}]
            """;

    /// <summary>Component `pubsub` of RabbitMQ. The consumer's id begins the names of its queues: the same again for a
    /// second sidecar of the same app, another for a test of its own.</summary>
    public static string Rabbit(
        Uri connection,
        string consumerId,
        string concurrency = "single",
        bool requeue = true,
        int maxLen = 100_000,
        params (string Name, string Value)[] more
    ) =>
        $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: pubsub
            spec:
              type: pubsub.rabbitmq
              version: v1
              metadata:
                - {name: connectionString, value: "{{connection}}"}
                - {name: consumerID, value: "{{consumerId}}"}
                - {name: clientName, value: "{appID}"}
                - {name: durable, value: "true"}
                - {name: deletedWhenUnused, value: "false"}
                - {name: deliveryMode, value: "2"}
                - {name: publisherConfirm, value: "true"}
                - {name: prefetchCount, value: "20"}
                - {name: concurrencyMode, value: {{concurrency}}}
                - {name: enableDeadLetter, value: "true"}
                - {name: requeueInFailure, value: "{{(requeue ? "true" : "false")}}"}
                - {name: maxLen, value: "{{maxLen}}"}
                - {name: maxLenBytes, value: "67108864"}
            {{string.Concat(more.Select(m => $"    - {{name: {m.Name}, value: \"{m.Value}\"}}\n"))}}
            """;

    /// <summary>v2alpha1 subscription of a topic; its route is the topic with a slash unless given.</summary>
    public static string Subscribe(
        string topic,
        string? route = null,
        string deadLetterTopic = "",
        string scopes = "",
        string queueType = "classic"
    ) =>
        $"""
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata:
              name: sub-{topic.Replace('/', '-')}{(scopes.Length > 0 ? "-" + scopes.Replace(',', '-') : "")}
            spec:
              pubsubname: pubsub
              topic: {topic}
              routes:
                default: {route ?? "/" + topic}
              deadLetterTopic: "{deadLetterTopic}"
              metadata:
                queueType: {queueType}
            scopes: [{scopes}]
            """;

    /// <summary>Inbound retry of `pubsub`.</summary>
    public static string Retry(string duration, int maxRetries, string matching = "", string timeout = "") =>
        $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata:
              name: resiliency
            spec:
              policies:
                retries:
                  again:
                    policy: constant
                    duration: {{duration}}
                    maxRetries: {{maxRetries}}
                    matching:
                      httpStatusCodes: "{{matching}}"
                timeouts:
                  soon: "{{(timeout.Length > 0 ? timeout : "60s")}}"
              targets:
                components:
                  pubsub:
                    inbound:
                      retry: again
                      timeout: soon
            """;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

using System.Net.NetworkInformation;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Mobility.Launcher;
using Mobility.Sidecar;
using Mobility.Sidecar.Resources;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>
/// What lies on the broker is what daprd's component puts there (docs/decisions/0014-rabbitmq.md), so that both can
/// share one.
/// </summary>
[Collection(OnRabbit.Name)]
public sealed class SidecarRabbitLayoutTests(OnRabbit rabbit)
{
    private readonly string consumer = OnRabbit.NewConsumer();

    private string Component => SidecarYaml.Rabbit(rabbit.Server.Connection, consumer);

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task Exchanges_queues_and_dead_letters_stand_as_documented_and_no_other_way(string queueType)
    {
        await using SidecarRig rig = await SidecarRig.Start(
            Component,
            SidecarYaml.Subscribe("laid", queueType: queueType)
        );
        await using IConnection connection = await rabbit.Connect();
        await using IChannel channel = await connection.CreateChannelAsync();
        string queue = $"{consumer}-laid";
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = queueType,
            ["x-dead-letter-exchange"] = $"dlx-{queue}",
            ["x-max-length"] = 100_000L,
            ["x-max-length-bytes"] = 67_108_864L,
        };
        // A declaration that differs in anything is refused, so these say what is there.
        await channel.ExchangeDeclareAsync("laid", "fanout", durable: true, autoDelete: false);
        await channel.ExchangeDeclareAsync($"dlx-{queue}", "fanout", durable: true, autoDelete: false);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments);
        var lazy = new Dictionary<string, object?>
        {
            ["x-queue-mode"] = "lazy",
            ["x-max-length"] = 100_000L,
            ["x-max-length-bytes"] = 67_108_864L,
        };
        await channel.QueueDeclareAsync($"dlq-{queue}", durable: true, exclusive: false, autoDelete: false, lazy);
        OperationInterruptedException refused = await Assert.ThrowsAsync<OperationInterruptedException>(() =>
            channel.QueueDeclareAsync($"dlq-{queue}", durable: true, exclusive: false, autoDelete: false)
        );
        Assert.Equal(406, refused.ShutdownReason!.ReplyCode);
    }

    [Fact]
    public async Task A_message_is_the_envelope_in_plain_text_on_disk_without_headers_of_ours()
    {
        await using SidecarRig rig = await SidecarRig.Start(Component);
        await using IConnection connection = await rabbit.Connect();
        await using IChannel channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync("seen", "fanout", durable: true);
        string queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(queue, "seen", "");
        await rig.Sidecar.Send("seen?metadata.cloudevent.id=plain&metadata.surprise=1", """{"a":1}""");
        await rig.Sidecar.Send("seen?metadata.messageID=m1&metadata.Priority=3&metadata.contentType=a%2Fb", "{}");

        BasicGetResult plain = (await channel.BasicGetAsync(queue, autoAck: true))!;
        Assert.Equal("plain", JsonElement.Parse(plain.Body.Span).GetProperty("id").GetString());
        Assert.Equal("text/plain", plain.BasicProperties.ContentType);
        Assert.Equal(DeliveryModes.Persistent, plain.BasicProperties.DeliveryMode);
        Assert.Equal("", plain.RoutingKey);
        // The one difference on the wire: by it the client pairs confirmations with messages. daprd ignores it.
        Assert.Equal(["x-dotnet-pub-seq-no"], plain.BasicProperties.Headers!.Keys);
        Assert.False(plain.BasicProperties.IsMessageIdPresent() || plain.BasicProperties.IsExpirationPresent());
        IReadOnlyBasicProperties told = (await channel.BasicGetAsync(queue, autoAck: true))!.BasicProperties;
        Assert.Equal(("m1", 3, "a/b"), (told.MessageId, told.Priority, told.ContentType));
    }

    [Fact]
    public async Task A_message_as_daprd_writes_it_arrives_and_metadata_of_a_publisher_does_not_travel()
    {
        const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        await using SidecarRig rig = await SidecarRig.Start(Component, SidecarYaml.Subscribe("foreign"));
        string body = $$"""{"id":"d1","type":"t","source":"s","specversion":"1.0","traceparent":"{{Trace}}"}""";
        await Write("foreign", body);
        Received received = await rig.App.Next("/foreign");
        Assert.Equal(body, received.Text);
        Assert.Equal(Trace, received.Headers["traceparent"]);
        Assert.Equal("application/cloudevents+json", received.Headers["content-type"]);
        await rig.Sidecar.Send("foreign?metadata.surprise=1&metadata.cloudevent.subject=kept", "{}");
        Received own = await rig.App.Next("/foreign");
        Assert.False(own.Headers.ContainsKey("surprise"));
        Assert.Equal("kept", own.Json.GetProperty("subject").GetString());
        JsonElement metadata = JsonElement.Parse(await rig.Sidecar.Http.GetByteArrayAsync("/v1.0/metadata"));
        Assert.Equal("pubsub.rabbitmq", metadata.GetProperty("components")[0].GetProperty("type").GetString());
    }

    [Fact]
    public async Task What_is_no_json_becomes_a_dead_letter_or_lies_in_the_queue_for_them()
    {
        await using SidecarRig rig = await SidecarRig.Start(
            Component,
            SidecarYaml.Subscribe("odd", deadLetterTopic: "dead"),
            SidecarYaml.Subscribe("bare")
        );
        await using IConnection connection = await rabbit.Connect();
        await using IChannel channel = await connection.CreateChannelAsync();
        string dead = (await channel.QueueDeclareAsync()).QueueName;
        await channel.ExchangeDeclareAsync("dead", "fanout", durable: true);
        await channel.QueueBindAsync(dead, "dead", "");
        foreach (string topic in (string[])["odd", "bare"])
        {
            await Write(topic, "not json");
            await rig.Sidecar.SendId(topic, "next");
            Assert.Equal("next", (await rig.App.Next("/" + topic)).Id);
        }
        Assert.Equal("not json", Encoding.UTF8.GetString((await Get(channel, dead)).Body.Span));
        Assert.Equal("not json", Encoding.UTF8.GetString((await Get(channel, $"dlq-{consumer}-bare")).Body.Span));
    }

    [Fact]
    public async Task A_queue_that_stands_with_other_arguments_ends_the_start_with_the_brokers_words()
    {
        await using IConnection connection = await rabbit.Connect();
        await using IChannel channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync($"{consumer}-taken", durable: true, exclusive: false, autoDelete: false);
        using SidecarYaml yaml = SidecarYaml.Of(Component, SidecarYaml.Subscribe("taken"));
        (int exitCode, string output) = await SidecarProcess.RunToEnd(
            TestSidecar.Flags(yaml.Folder, FreePort.Next(), "app", FreePort.Next(), FreePort.Next())
        );
        Assert.Equal(1, exitCode);
        Assert.Contains("PRECONDITION_FAILED", output, StringComparison.Ordinal);
        Assert.DoesNotContain(rabbit.Server.Connection.UserInfo.Split(':')[1], output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_is_away_ends_the_start()
    {
        var nowhere = new Uri($"amqp://mobility:secret@127.0.0.1:{FreePort.Next()}/");
        using SidecarYaml yaml = SidecarYaml.Of(SidecarYaml.Rabbit(nowhere, consumer));
        (int exitCode, string output) = await SidecarProcess.RunToEnd(
            TestSidecar.Flags(yaml.Folder, null, "app", FreePort.Next(), FreePort.Next())
        );
        Assert.Equal(1, exitCode);
        Assert.Contains("component pubsub: the broker: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_halfway_closes_the_ports_and_connections_that_it_had_opened()
    {
        using SidecarYaml yaml = SidecarYaml.Of(Component);
        await using ScriptedApp inTheWay = await ScriptedApp.Start();
        int http = FreePort.Next();
        using var errors = new StringWriter();
        int exitCode = await SidecarHost.Run(
            [
                .. TestSidecar.Flags(yaml.Folder, null, "app", http, FreePort.Next()),
                "--and",
                .. TestSidecar.Flags(yaml.Folder, null, "second", inTheWay.Port, FreePort.Next()),
            ],
            new SidecarSettings(),
            NullLoggerFactory.Instance,
            errors,
            CancellationToken.None
        );
        Assert.Equal(1, exitCode);
        Assert.Contains("address already in use", errors.ToString(), StringComparison.Ordinal);
        Assert.True(Ports.IsFree(http));
        Assert.DoesNotContain(
            IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections(),
            open => open.State == TcpState.Established && open.RemoteEndPoint.Port == rabbit.Server.Connection.Port
        );
    }

    [Theory]
    [InlineData("durable", "false", "must be \"true\"")]
    [InlineData("deletedWhenUnused", "true", "must be \"false\"")]
    [InlineData("deliveryMode", "1", "must be \"2\"")]
    [InlineData("publisherConfirm", "false", "must be \"true\"")]
    [InlineData("prefetchCount", "0", "must be from 1 to 255")]
    [InlineData("concurrencyMode", "many", "neither single nor parallel")]
    [InlineData("connectionString", "localhost", "must be an address")]
    [InlineData("clientName", "{uuid}", "no other placeholder")]
    [InlineData("requeueInFailure", "maybe", "neither true nor false")]
    [InlineData("maxLen", "0", "must be a number above 0")]
    [InlineData("maxLenBytes", "1 MiB", "must be a number above 0")]
    [InlineData("autoAck", "true", "means nothing to pubsub.rabbitmq")]
    public void A_setting_that_could_lose_messages_or_that_it_does_not_act_on_is_refused(
        string name,
        string value,
        string expected
    )
    {
        Assert.Empty(Load(Component));
        string[] lines = Component.Split('\n');
        IEnumerable<string> others = lines.Where(line => !line.Contains($"{{name: {name},", StringComparison.Ordinal));
        string document = string.Join('\n', others) + $"\n    - {{name: {name}, value: \"{value}\"}}";
        Assert.Contains(expected, Assert.Single(Load(document)), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Load(string document)
    {
        using SidecarYaml yaml = SidecarYaml.Of(document);
        var problems = new Problems();
        ResourceSet.Load("app", [yaml.Folder], [], null, problems, []);
        return problems.All;
    }

    private async Task Write(string topic, string body)
    {
        await using IConnection connection = await rabbit.Connect();
        await using IChannel channel = await connection.CreateChannelAsync();
        var properties = new BasicProperties { ContentType = "text/plain", DeliveryMode = DeliveryModes.Persistent };
        await channel.BasicPublishAsync(topic, "", mandatory: false, properties, Encoding.UTF8.GetBytes(body));
    }

    private static async Task<BasicGetResult> Get(IChannel channel, string queue)
    {
        BasicGetResult? result = null;
        await Support.Poll.Until(
            async () => (result = await channel.BasicGetAsync(queue, autoAck: true)) is not null,
            what: $"a message in {queue}"
        );
        return result!;
    }
}

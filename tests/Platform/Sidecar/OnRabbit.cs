using Mobility.Launcher;
using Mobility.Tests.Support;
using RabbitMQ.Client;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>
/// Tests on the one RabbitMQ of a run come one after the other: an exchange has its topic's name, so that two of them
/// would hear each other.
/// </summary>
[CollectionDefinition(Name)]
public sealed class OnRabbit : ICollectionFixture<OnRabbit>, IAsyncLifetime
{
    public const string Name = "rabbitmq";

    private static int consumers;

    public PrivateRabbit Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await TestRabbit.Server;

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>A component whose queues nobody else has, each app id its own.</summary>
    public string Component(params (string Name, string Value)[] more) =>
        SidecarYaml.Rabbit(Server.Connection, NewConsumer() + "-{appID}", more: more);

    /// <summary>Begins the names of a test's queues.</summary>
    public static string NewConsumer() => $"test{Interlocked.Increment(ref consumers)}";

    /// <summary>A connection by hand, beside the sidecar's.</summary>
    public async Task<IConnection> Connect() =>
        await new ConnectionFactory { Uri = Server.Connection }.CreateConnectionAsync();
}

[Collection(OnRabbit.Name)]
public sealed class SidecarVerdictOnRabbitTests(OnRabbit rabbit) : SidecarVerdictTests
{
    protected override string PubSub() => rabbit.Component();
}

[Collection(OnRabbit.Name)]
public sealed class SidecarRoutingOnRabbitTests(OnRabbit rabbit) : SidecarRoutingTests
{
    protected override string PubSub() => rabbit.Component();
}

[Collection(OnRabbit.Name)]
public sealed class SidecarHealthOnRabbitTests(OnRabbit rabbit) : SidecarHealthTests
{
    protected override string PubSub() => rabbit.Component();
}

[Collection(OnRabbit.Name)]
public sealed class SidecarAccessOnRabbitTests(OnRabbit rabbit) : SidecarAccessTests
{
    protected override string PubSub(params (string Name, string Value)[] metadata) => rabbit.Component(metadata);
}

[Collection(OnRabbit.Name)]
public sealed class SidecarGrpcOnRabbitTests(OnRabbit rabbit) : SidecarGrpcTests
{
    protected override string Type => "pubsub.rabbitmq";

    protected override string PubSub(params (string Name, string Value)[] metadata) => rabbit.Component(metadata);
}

[Collection(OnRabbit.Name)]
public sealed class SidecarTestFaultOnRabbitTests(OnRabbit rabbit) : SidecarTestFaultTests
{
    protected override string PubSub() => rabbit.Component();
}

[Collection(OnRabbit.Name)]
public sealed class SidecarEnvelopeOnRabbitTests(SidecarEnvelopeOnRabbitTests.RabbitRig shared)
    : SidecarEnvelopeFacts(shared),
        IClassFixture<SidecarEnvelopeOnRabbitTests.RabbitRig>
{
    public sealed class RabbitRig(OnRabbit rabbit) : Rig
    {
        protected override string PubSub() => rabbit.Component();
    }
}

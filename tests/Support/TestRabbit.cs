using Mobility.Launcher;

namespace Mobility.Tests.Support;

/// <summary>One RabbitMQ per test run. It dies with the test process, however that dies.</summary>
public static class TestRabbit
{
    private static readonly Lazy<Task<PrivateRabbit>> Started = new(Start);

    /// <summary>The server, started by the first test that asks.</summary>
    public static Task<PrivateRabbit> Server => Started.Value;

    private static Task<PrivateRabbit> Start()
    {
        var folder = TestFolder.New("broker");
        return PrivateRabbit.StartAsync(
            new RabbitOptions(Path.Combine(folder, "rabbitmq")) { LogOf = name => Path.Combine(folder, name + ".log") }
        );
    }
}

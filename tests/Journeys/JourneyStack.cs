using Mobility.Launcher;
using Mobility.Tests.Support;
using Npgsql;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>
/// Journeys run one after the other, because each starts a whole system on a machine that may have two cores.
/// `./mobility test` runs the other tests beside them, in another process: none may depend on how quick the machine is.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class JourneyCollection
{
    public const string Name = "journeys";
}

/// <summary>A whole system of built executables in a temp folder, for the tests of one class.</summary>
public class JourneyStack : IAsyncLifetime
{
    private readonly JourneyFolder folder = new();
    private Stack? stack;

    public Stack Stack => stack!;

    public RunFolder Run => Stack.Run;

    /// <summary>The first hour of the weekend: enough to break something in.</summary>
    public static WeekendTime FirstHour { get; } = WeekendTime.Saturday(10);

    protected virtual IReadOnlyList<string> SidecarArguments => [];

    protected virtual TimeSpan LongestRestartWait => Backoff.Longest;

    protected virtual bool RabbitMq => false;

    public virtual async Task InitializeAsync()
    {
        await folder.LayPostgres();
        stack = await Stack.Start(
            new StackOptions(Repository.Root, folder.Run)
            {
                Fsync = false,
                SidecarArguments = SidecarArguments,
                LongestRestartWait = LongestRestartWait,
                RabbitMq = RabbitMq,
            }
        );
    }

    public async Task DisposeAsync()
    {
        await (stack?.DisposeAsync() ?? ValueTask.CompletedTask);
        folder.Dispose();
    }

    /// <summary>Plays the demo; its words are kept for the message of a failure.</summary>
    public async Task<(DemoResult Result, string Words)> PlayDemo(
        WeekendTime? until = null,
        Action<int>? stepped = null,
        Weekend? weekend = null,
        ChaosPlan? kills = null
    )
    {
        var words = new List<string>();
        var wish = new DemoWish(until, Weekend: weekend, Kills: kills);
        var demo = new Demo(Stack.State, Run, Repository.Root, wish, words.Add) { Stepped = stepped ?? (_ => { }) };
        var result = await demo.Play();
        return (result, string.Join('\n', words));
    }

    /// <summary>Runs a statement in a service's database with the rows of all clients in sight.</summary>
    /// <returns>The first column of the first row; null when there is none.</returns>
    public async Task<object?> Sql(string service, string statement)
    {
        await using var connection = new NpgsqlConnection(Stack.State.Services[service].Database + ";Pooling=false");
        await connection.OpenAsync();
        await using (var sight = new NpgsqlCommand("SELECT set_config('mobility.client', '*', false)", connection))
        {
            await sight.ExecuteNonQueryAsync();
        }
        await using var command = new NpgsqlCommand(statement, connection);
        return await command.ExecuteScalarAsync();
    }
}

/// <summary>A temp folder that user postgres can pass through; deleted with all that is in it.</summary>
public sealed class JourneyFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("mobility-journey-").FullName;

    public JourneyFolder() => File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);

    /// <summary>The run folder in it.</summary>
    public string Run => Path.Combine(path, ".run");

    /// <summary>Spares the run folder the first start of PostgreSQL, for tests that are about something else.</summary>
    public Task LayPostgres() => ReadyPostgres.In(new RunFolder(Run).Postgres);

    public void Dispose() => Directory.Delete(path, recursive: true);
}

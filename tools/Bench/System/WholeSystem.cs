using System.Diagnostics;
using Dapper;
using Grpc.Core;
using Grpc.Net.Client;
using Mobility.Launcher;
using Npgsql;

namespace Mobility.Bench;

/// <summary>A system under a row that calls its public APIs and reads its rows.</summary>
internal sealed class WholeSystem : IAsyncDisposable
{
    /// <summary>A client of the development systems, of which a new system knows nothing but the name.</summary>
    public const string Client = "gangneung-weekend";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly BenchSystem bench;
    private ForeignWork foreign = ForeignWork.Begin();
    private int retriesBefore;

    private WholeSystem(BenchSystem bench)
    {
        this.bench = bench;
        Wires = new DemoWires(State, bench.Stack.Run, TimeProvider.System);
    }

    public static string Parent => $"clients/{Client}";

    /// <summary>The operator's own system, which tells of vehicles, rides and payments.</summary>
    public static Token Operator { get; } =
        Token.Person("operator", new Guid("019a0000-0000-7000-8000-0000000b0001"), Client);

    public RunState State => bench.Stack.State;

    public RunFolder Run => bench.Stack.Run;

    /// <summary>The public APIs; a call that fails is repeated, which after the warm-up voids the row.</summary>
    public DemoWires Wires { get; }

    /// <summary>Starts the parts once the machine is quiet, and says what figures depend on.</summary>
    /// <param name="root">Folder of the checkout.</param>
    /// <param name="parts">Some of <see cref="StackOptions.AllParts"/>.</param>
    /// <param name="clients">Callers at once.</param>
    /// <param name="output">Where that is said.</param>
    public static async Task<WholeSystem> Start(
        string root,
        IReadOnlyList<string> parts,
        int clients,
        TextWriter output
    )
    {
        await Machine.WaitQuiet(output);
        var bench = await BenchSystem.Start(root, "release", parts);
        await output.WriteLineAsync(await Machine.Describe(bench.Admin, clients));
        return new WholeSystem(bench);
    }

    /// <summary>A connection to a service and the headers of its caller, for calls that are never repeated.</summary>
    public (GrpcChannel Channel, Func<Metadata> Headers) Open(string service, Token caller) =>
        (bench.Open(service), bench.Headers(caller));

    /// <summary>The process of a part.</summary>
    public int PidOf(string part) =>
        State.Parts.First(one => one.Name == part).Pid ?? throw new InvalidOperationException($"{part} is not there");

    /// <summary>From here on it counts: the warm-up is over.</summary>
    public void Begin()
    {
        (foreign, retriesBefore) = (ForeignWork.Begin(), Wires.Retries);
    }

    /// <summary>What voids any row: calls that had to be repeated since the warm-up, parts that had to be started
    /// again.</summary>
    public IEnumerable<string> Troubles()
    {
        if (Wires.Retries > retriesBefore)
        {
            yield return $"{Wires.Retries - retriesBefore} calls had to be repeated";
        }
        foreach (var part in State.Parts.Where(one => one.Restarts > 0))
        {
            yield return $"{part.Name} was started again";
        }
    }

    /// <summary>Says how much of the machine others used, and warns where that spoils the figures.</summary>
    public async Task TellForeign(TextWriter output)
    {
        var share = foreign.Share();
        var noisy = share > Machine.ForeignShareMax ? ", NOISY: the figures are not worth keeping" : "";
        await output.WriteLineAsync($"others used {share:P0} of the machine{noisy}");
    }

    /// <summary>Rows of a service's database, of all clients.</summary>
    public async Task<IReadOnlyList<T>> List<T>(string service, string sql)
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        await using var connection = new NpgsqlConnection(State.Services[service].Database + ";Maximum Pool Size=2");
        await connection.OpenAsync();
        // The tables are shut by client: the policy lets '*' see all of them.
        await connection.ExecuteAsync("""SELECT set_config('mobility.client', '*', false)""");
        return [.. await connection.QueryAsync<T>(sql)];
    }

    /// <summary>The one value of a statement.</summary>
    public async Task<T> Value<T>(string service, string sql) => (await List<T>(service, sql)).Single();

    /// <summary>Looks until something is so; false when it is not in time.</summary>
    public static async Task<bool> Until(TimeSpan patience, Func<Task<bool>> isSo)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(start) > patience)
            {
                return false;
            }
            await Task.Delay(Pause, TimeProvider.System);
        }
        return true;
    }

    public static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    public async ValueTask DisposeAsync()
    {
        Wires.Dispose();
        await bench.DisposeAsync();
    }
}

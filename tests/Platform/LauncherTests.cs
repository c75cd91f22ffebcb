using System.Diagnostics;
using Mobility.Launcher;
using Mobility.Tests.Support;
using Npgsql;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>The launcher as a process, with PostgreSQL as its only part: what it does to processes, files and
/// folders.</summary>
public sealed class LauncherTests : IDisposable
{
    private static readonly TimeSpan Patience = Poll.Patience;
    private readonly string folder = Directory.CreateTempSubdirectory("mobility-launcher-").FullName;
    private readonly List<Process> started = [];

    public LauncherTests()
    {
        File.SetUnixFileMode(
            folder,
            File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute
        );
    }

    private string RunPath => Path.Combine(folder, ".run");

    public void Dispose()
    {
        foreach (var process in started)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Sigkill_of_the_launcher_leaves_no_process_behind()
    {
        var (launcher, state) = await Up();
        await using var source = NpgsqlDataSource.Create(state.Services["faults"].Database);
        await using var connection = await source.OpenConnectionAsync();
        var children = ProcessTree.Below(launcher.Id);
        Assert.Contains(children, pid => pid == state.Parts.Single().Pid);
        Assert.Contains(connection.ProcessID, children);

        launcher.Kill();
        using var patience = new CancellationTokenSource(Patience);
        while (children.Any(Signals.IsAlive))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    [Fact]
    public async Task Sigterm_stops_everything_in_order_and_the_next_start_has_the_same_addresses_and_rows()
    {
        var (first, state) = await Up();
        await Execute(state.Services["faults"].Database, "CREATE TABLE kept ()");
        Signals.Send(first.Id, Signals.Terminate);
        await first.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, first.ExitCode);
        Assert.False(Signals.IsAlive(state.Parts.Single().Pid!.Value));

        var (_, again) = await Up();
        Assert.Equal(state.Services["faults"], again.Services["faults"]);
        await Execute(again.Services["faults"].Database, "SELECT FROM kept");
    }

    [Fact]
    public async Task A_killed_server_comes_back_at_the_same_address()
    {
        var (launcher, state) = await Up();
        Signals.Send(state.Parts.Single().Pid!.Value, Signals.Kill);
        await ReadUntil(launcher, line => line.StartsWith("postgres ended", StringComparison.Ordinal));
        await ReadUntil(launcher, line => line == "postgres is ready");
        await Execute(state.Services["refunds"].Database, "SELECT 1");
        Assert.Equal(1, new RunFolder(RunPath).ReadState()!.Parts.Single().Restarts);
    }

    [Fact]
    public async Task A_second_start_and_a_reset_are_refused_while_it_runs()
    {
        var (launcher, _) = await Up();
        var second = await Launch("up", "--only", "postgres");
        Assert.Contains(
            $"pid {launcher.Id}",
            await ReadUntil(second, line => line.StartsWith("already running", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        await second.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(1, second.ExitCode);

        var refused = await Launch("reset");
        await refused.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(1, refused.ExitCode);

        Signals.Send(launcher.Id, Signals.Interrupt);
        await launcher.WaitForExitAsync().WaitAsync(Patience);
        var reset = await Launch("reset");
        await reset.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, reset.ExitCode);
        Assert.False(Directory.Exists(RunPath));
    }

    [Fact]
    public async Task A_part_is_supervised_though_the_state_cannot_be_written()
    {
        var (launcher, state) = await Up();
        // As with a full disk: nothing new can be written in its place.
        Directory.CreateDirectory(Path.Combine(RunPath, "state.json.new", "in the way"));
        Signals.Send(state.Parts.Single().Pid!.Value, Signals.Kill);
        await ReadUntil(launcher, line => line.StartsWith("what runs where is not", StringComparison.Ordinal));
        await ReadUntil(launcher, line => line == "postgres is ready");
        await Execute(state.Services["refunds"].Database, "SELECT 1");

        Signals.Send(launcher.Id, Signals.Terminate);
        await launcher.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, launcher.ExitCode);
    }

    [Fact]
    public void A_secret_that_a_full_disk_left_empty_is_made_anew()
    {
        var clients = Path.Combine(Repository.Root, "tools", "Launcher", "demo", "clients.json");
        var run = new RunFolder(RunPath);
        run.Prepare(clients);
        File.WriteAllText(run.IssuerKey, "");
        File.WriteAllText(Path.Combine(RunPath, "secrets", "gateway-secret"), "");
        run.Prepare(clients);
        Assert.Equal(48, run.Secret("gateway-secret").Length);
        Assert.Contains("PRIVATE KEY", File.ReadAllText(run.IssuerKey), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("up")]
    [InlineData("demo")]
    [InlineData("token", "--role", "rider", "--client", "gangneung-kick")]
    public async Task A_folder_that_cannot_be_is_an_error_and_no_crash(params string[] arguments)
    {
        File.WriteAllText(Path.Combine(folder, "file"), "");
        var launcher = await LaunchIn(Path.Combine(folder, "file", ".run"), arguments);
        await launcher.WaitForExitAsync().WaitAsync(Patience);
        Assert.InRange(launcher.ExitCode, 1, 2);
    }

    [Fact]
    public void A_block_of_ports_with_one_in_use_is_left_to_its_system()
    {
        var block = Ports.PickBlock(25);
        using var used = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, block[7]);
        used.Start();
        Assert.All(Enumerable.Range(0, 2_000), _ => Assert.Empty(Ports.PickBlock(25).Intersect(block)));
    }

    [Fact]
    public async Task Two_systems_run_side_by_side()
    {
        var (_, one) = await Up();
        var (_, two) = await Up(Path.Combine(folder, "other"));
        Assert.Empty(one.Ports.Values.Intersect(two.Ports.Values));
    }

    [Fact]
    public async Task Files_that_hold_secrets_are_for_their_owner_only()
    {
        await Up();
        const UnixFileMode others = (UnixFileMode)0b000_111_111;
        var secret = Path.Combine(RunPath, "secrets", "dev-issuer.pem");
        string[] own = [secret, .. new[] { "state.json", "messages.jsonl", "logs" }.Select(In)];
        foreach (var path in own)
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & others);
        }
    }

    [Theory]
    [InlineData("up", "--daprd")]
    [InlineData("up", "--only", "nothing")]
    [InlineData("up", "--colour", "red")]
    [InlineData("token", "--client", "gangneung-kick")]
    [InlineData("token", "--role", "king", "--client", "gangneung-kick")]
    [InlineData("soak", "--histories", "0")]
    [InlineData("soak", "--seeds", "0")]
    [InlineData("stop-demo", "--stops", "0")]
    [InlineData("fly")]
    public async Task A_wrong_command_line_is_refused(params string[] arguments)
    {
        new RunFolder(RunPath).Prepare(Path.Combine(Repository.Root, "tools", "Launcher", "demo", "clients.json"));
        var launcher = await Launch(arguments);
        await launcher.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(2, launcher.ExitCode);
    }

    private async Task<(Process Launcher, RunState State)> Up(string? runPath = null)
    {
        var run = new RunFolder(runPath ?? RunPath);
        if (!Directory.Exists(run.Path))
        {
            await ReadyPostgres.In(run.Postgres);
        }
        var launcher = await LaunchIn(run.Path, "up", "--no-fsync", "--only", "postgres");
        await ReadUntil(launcher, line => line.StartsWith("ready after", StringComparison.Ordinal));
        return (launcher, run.ReadState()!);
    }

    private string In(string name) => Path.Combine(RunPath, name);

    private Task<Process> Launch(params string[] arguments) => LaunchIn(RunPath, arguments);

    private Task<Process> LaunchIn(string runPath, params string[] arguments)
    {
        string[] places = ["--run", runPath, "--root", Repository.Root];
        var program = typeof(Stack).Assembly.Location;
        // A run of the tests in the background has SIGINT ignored, and children inherit that.
        string[] command = ["--default-signal=INT", "dotnet", program, arguments[0], .. places, .. arguments[1..]];
        var info = new ProcessStartInfo("env", command) { RedirectStandardOutput = true, UseShellExecute = false };
        var process = Process.Start(info)!;
        started.Add(process);
        return Task.FromResult(process);
    }

    private static async Task<string> ReadUntil(Process process, Predicate<string> found)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (found(line))
            {
                return line;
            }
        }
        throw new InvalidOperationException("the launcher ended before it said what was awaited");
    }

    private static async Task Execute(string connectionString, string statement)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }
}

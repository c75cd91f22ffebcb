using System.Collections.Concurrent;
using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Launcher;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Npgsql;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>PostgreSQL ends in the middle of a commit: the same request id tells what became of it.</summary>
public sealed class FailoverTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mobility-failover-");

    public FailoverTests() => File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Killed_before_the_commit_is_written_nothing_is_there_and_the_same_request_does_it()
    {
        await using var server = await Primary();
        await using var service = await Things(await server.CreateDatabase("things"));
        // A check at the end of the transaction holds it inside COMMIT.
        await service.Rows<string>(
            """
            CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON thing DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION linger();
            """
        );
        var request = NewRequest(1);
        var call = Register(service, request);
        await Until(server, "query = 'COMMIT' AND wait_event = 'PgSleep'");
        await Kill(server);

        Assert.Equal("OUTCOME_UNKNOWN", await ReasonOf(call));
        await StartAgain(server);
        Assert.Equal(0, await Retried(service, () => ThingApp.Count(service)));
        await service.Rows<string>("""DROP TRIGGER linger ON thing""");
        await Retried(service, () => Register(service, request));
        await Retried(service, () => Register(service, request));
        Assert.Equal(1, await ThingApp.Count(service));
    }

    [Fact]
    public async Task Killed_after_the_commit_is_written_it_is_there_and_the_same_request_gets_its_reply()
    {
        await using var server = await Primary();
        await using var service = await Things(await server.CreateDatabase("things"));
        // A standby that never comes: the commit is written here and its answer waits.
        await Admin(server, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        await Admin(server, "SELECT pg_reload_conf()");
        await Until(server, "pid = pg_backend_pid() AND current_setting('synchronous_standby_names') = 'nobody'");
        var request = NewRequest(1);
        var call = Register(service, request);
        await Until(server, "wait_event = 'SyncRep'");
        await Kill(server);

        Assert.Equal("OUTCOME_UNKNOWN", await ReasonOf(call));
        await StartAgain(server);
        await Admin(server, "ALTER SYSTEM RESET synchronous_standby_names");
        await Admin(server, "SELECT pg_reload_conf()");
        Assert.Equal(1, await Retried(service, () => ThingApp.Count(service)));
        Assert.Equal(ThingApp.Thing, (await Retried(service, () => Register(service, request))).Name);
        Assert.Equal(1, await ThingApp.Count(service));
    }

    [Fact]
    public async Task A_standby_that_is_promoted_under_load_has_every_reply_that_was_given_and_nothing_twice()
    {
        await using var primary = await Primary();
        var database = await primary.CreateDatabase("things");
        await using var standby = await StandbyOf(primary);
        await Admin(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'");
        await Admin(primary, "SELECT pg_reload_conf()");
        await Until(primary, "TRUE AND EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')");
        var place = new NpgsqlConnectionStringBuilder(database)
        {
            Host = $"127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}",
            TargetSessionAttributes = "primary",
            HostRecheckSeconds = 1,
        };
        await using var service = await Things(place.ConnectionString);

        var done = new ConcurrentDictionary<string, Vehicle>(StringComparer.Ordinal);
        var unknown = 0;
        var first = new TaskCompletionSource();
        var writers = Enumerable.Range(0, 6).Select(writer => Task.Run(() => Write(writer))).ToList();
        await first.Task.WaitAsync(Poll.Patience);
        // Its receiver stands still, so commits that are written wait for their answer when the primary ends.
        var receiver = int.Parse(await Admin(standby, "SELECT pid FROM pg_stat_wal_receiver"), null);
        Signals.Send(receiver, Signals.Stop);
        await Until(primary, "wait_event = 'SyncRep'");
        await Kill(primary);
        Signals.Send(receiver, Signals.Continue);
        await Admin(standby, "SELECT pg_promote()");
        await Task.WhenAll(writers);

        Assert.Equal(6 * 40, done.Count);
        Assert.True(unknown > 0, "no commit was under way when the primary ended");
        Assert.Equal(6 * 40, await ThingApp.Count(service));
        Assert.Equal(6 * 40, (await service.Rows<long>("""SELECT count(*) FROM once WHERE response IS NOT NULL"""))[0]);

        async Task Write(int writer)
        {
            for (var n = 0; n < 40; n++)
            {
                var request = NewRequest((writer * 1_000) + n);
                var reply = await Retried(
                    service,
                    () => Register(service, request),
                    () => Interlocked.Increment(ref unknown)
                );
                done[request.RequestId] = reply;
                if (done.Count > 60)
                {
                    first.TrySetResult();
                }
            }
        }
    }

    private async Task<PrivatePostgres> Primary()
    {
        var options = OptionsOf("primary");
        await ReadyPostgres.In(options.Folder);
        return await PrivatePostgres.StartAsync(options);
    }

    private PostgresOptions OptionsOf(string name) => new(Path.Combine(folder.FullName, name)) { Fsync = false };

    /// <summary>A copy of the server that follows it, made as an administrator makes one.</summary>
    private async Task<PrivatePostgres> StandbyOf(PrivatePostgres primary)
    {
        var options = OptionsOf("standby");
        await ReadyPostgres.In(options.Folder);
        var own = Path.Combine(options.Folder, "data");
        Directory.Delete(own, recursive: true);
        var admin = new NpgsqlConnectionStringBuilder(primary.AdminConnectionString);
        await Command.Must(
            Path.Combine(ProgramsFolder(), "pg_basebackup"),
            ["-R", "-D", own, "-h", "127.0.0.1", "-p", $"{primary.Port}", "-U", "postgres", "-c", "fast"],
            Environment.UserName == "root" ? "postgres" : null,
            environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["PGPASSWORD"] = admin.Password }
        );
        // The copy has the primary's roles, and so its superuser's password.
        File.Copy(Path.Combine(folder.FullName, "primary", "password"), Path.Combine(options.Folder, "password"), true);
        return await PrivatePostgres.StartAsync(options);
    }

    private static string ProgramsFolder() =>
        Directory
            .GetDirectories("/usr/lib/postgresql")
            .Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")))
            .Order(StringComparer.Ordinal)
            .Last();

    private static async Task<TestService> Things(string database)
    {
        var service = await TestService.Start(new ThingApp(), database: database);
        // The database goes away and jobs say so.
        service.ErrorsExpected = true;
        await service.Rows<string>(
            """
            CREATE TABLE thing (
                client_id text NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (client_id, id));
            """
        );
        return service;
    }

    private static RegisterVehicleRequest NewRequest(int n) =>
        new() { Parent = "clients/gangneung-kick", RequestId = $"7a2f8c9e-1111-4222-8333-{n:D12}" };

    private static async Task<Vehicle> Register(TestService service, RegisterVehicleRequest request) =>
        await new FaultsService.FaultsServiceClient(service.Channel).RegisterVehicleAsync(
            request,
            service.As(Role.Rider, ThingApp.Rider)
        );

    /// <summary>Asks again with the same request while the database is away, as every caller may.</summary>
    private static async Task<T> Retried<T>(TestService service, Func<Task<T>> ask, Action? outcomeUnknown = null)
    {
        T? result = default;
        await Poll.Until(
            async () =>
            {
                try
                {
                    result = await ask();
                    return true;
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
                {
                    if (TestService.ReasonOf(e) == "OUTCOME_UNKNOWN")
                    {
                        outcomeUnknown?.Invoke();
                    }
                    return false;
                }
                catch (NpgsqlException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(60),
            $"an answer of {service.Http}"
        );
        return result!;
    }

    private static async Task<string> ReasonOf(Task<Vehicle> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(Poll.Patience));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        return TestService.ReasonOf(error);
    }

    private static async Task Kill(PrivatePostgres server)
    {
        var pid = server.Pid!.Value;
        // Quit ends the backends as a power cut would: without a checkpoint, and without an answer to anybody.
        Signals.Send(pid, Signals.Quit);
        await Poll.Until(() => Task.FromResult(!Signals.IsAlive(pid)), what: "the end of PostgreSQL");
    }

    private static async Task StartAgain(PrivatePostgres server) => await server.StartAsync();

    private static Task Until(PrivatePostgres server, string activity) =>
        Poll.Until(
            async () =>
            {
                var found = await Admin(server, $"SELECT count(*)::text FROM pg_stat_activity WHERE {activity}");
                return found != "0";
            },
            what: activity
        );

    private static async Task<string> Admin(PrivatePostgres server, string statement)
    {
        await using var connection = new NpgsqlConnection(server.AdminConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        return $"{await command.ExecuteScalarAsync()}";
    }
}

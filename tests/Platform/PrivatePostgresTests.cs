using Mobility.Launcher;
using Mobility.Tests.Support;
using Npgsql;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class PrivatePostgresTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mobility-pg-test-").FullName;

    public void Dispose()
    {
        PrivatePostgres.Delete(Folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(folder, recursive: true);
    }

    private string Folder => Path.Combine(folder, "postgres");

    private PostgresOptions Options => new(Folder) { Fsync = false };

    [Fact]
    public async Task A_database_belongs_to_its_own_role_that_is_no_superuser()
    {
        Reachable();
        await using var server = await PrivatePostgres.StartAsync(Options);
        var faults = await server.CreateDatabase("faults");
        var refunds = await server.CreateDatabase("refunds");
        Assert.Equal(faults, await server.CreateDatabase("faults"));

        Assert.Equal("faults", await Scalar<string>(faults, "SELECT current_user::text"));
        Assert.False(await Scalar<bool>(faults, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"));
        await Run(faults, "CREATE TABLE mine (id int)");
        var foreign = new NpgsqlConnectionStringBuilder(faults) { Database = "refunds" }.ConnectionString;
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Run(foreign, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        var wrong = new NpgsqlConnectionStringBuilder(refunds) { Password = "wrong" }.ConnectionString;
        var unknown = await Assert.ThrowsAsync<PostgresException>(() => Run(wrong, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, unknown.SqlState);
    }

    [Fact]
    public async Task An_extension_that_the_role_may_not_make_is_made_for_it()
    {
        Reachable();
        await using var server = await PrivatePostgres.StartAsync(Options);
        var parking = await server.CreateDatabase("parking", ["postgis"]);
        Assert.Equal(parking, await server.CreateDatabase("parking", ["postgis"]));
        Assert.True(
            await Scalar<double>(parking, "SELECT ST_Length('LINESTRING(128.9 37.7,128.9 37.8)'::geography)") > 11_000
        );
        await Assert.ThrowsAsync<ArgumentException>(() => server.CreateDatabase("parking", ["a; DROP"]));
    }

    [Fact]
    public async Task It_listens_on_loopback_tcp_only_and_syncs_unless_told_not_to()
    {
        Reachable();
        await using var server = await PrivatePostgres.StartAsync(new PostgresOptions(Folder));
        var admin = server.AdminConnectionString;
        Assert.Equal("127.0.0.1", await Scalar<string>(admin, "SHOW listen_addresses"));
        Assert.Equal("", await Scalar<string>(admin, "SHOW unix_socket_directories"));
        Assert.Equal("on", await Scalar<string>(admin, "SHOW fsync"));
        Assert.Equal("200", await Scalar<string>(admin, "SHOW max_connections"));
    }

    [Fact]
    public async Task Rows_passwords_and_a_stale_pid_file_survive_a_kill()
    {
        Reachable();
        string faults;
        await using (var server = await PrivatePostgres.StartAsync(Options))
        {
            faults = await server.CreateDatabase("faults");
            await Run(faults, "CREATE TABLE kept AS SELECT 7 AS n");
            Signals.Send(server.Pid!.Value, Signals.Kill);
        }
        // The id of a process that lives, but does not serve this folder, as after a reboot.
        var pidFile = Path.Combine(Folder, "data", "postmaster.pid");
        var lines = await File.ReadAllLinesAsync(pidFile);
        lines[0] = (await TestPostgres.Server).Pid!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(pidFile, lines);

        await using var again = await PrivatePostgres.StartAsync(Options);
        var builder = new NpgsqlConnectionStringBuilder(faults) { Port = again.Port };
        Assert.Equal(7, await Scalar<int>(builder.ConnectionString, "SELECT n FROM kept"));
        Assert.Equal(builder.ConnectionString, await again.CreateDatabase("faults"));
    }

    [Fact]
    public async Task A_folder_that_the_server_cannot_reach_is_replaced_and_remembered()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(folder)
        );
        await using (var server = await PrivatePostgres.StartAsync(Options))
        {
            await Run(await server.CreateDatabase("faults"), "CREATE TABLE kept AS SELECT 7 AS n");
        }
        var elsewhere = (await File.ReadAllTextAsync(Path.Combine(Folder, "location"))).Trim();
        Assert.StartsWith(Path.GetTempPath(), elsewhere, StringComparison.Ordinal);
        await using (var server = await PrivatePostgres.StartAsync(Options))
        {
            Assert.Equal(7, await Scalar<int>(await server.CreateDatabase("faults"), "SELECT n FROM kept"));
        }
        PrivatePostgres.Delete(Folder);
        Assert.False(Directory.Exists(elsewhere));
    }

    [Fact]
    public async Task A_copy_has_the_rows_and_the_owner_of_its_template()
    {
        var builds = 0;
        async Task Build(string connectionString)
        {
            builds++;
            await Run(connectionString, "CREATE TABLE t AS SELECT 1 AS n");
        }
        var copies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TestPostgres.CopyOf("copied", Build)));
        Assert.Equal(1, builds);
        Assert.Equal(4, copies.Distinct(StringComparer.Ordinal).Count());
        foreach (var copy in copies)
        {
            await Run(copy, "ALTER TABLE t ADD COLUMN m int");
            Assert.Equal(1, await Scalar<int>(copy, "SELECT n FROM t"));
        }
    }

    private void Reachable() =>
        File.SetUnixFileMode(
            folder,
            File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute
        );

    private static async Task Run(string connectionString, string statement)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<T> Scalar<T>(string connectionString, string query)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(query);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}

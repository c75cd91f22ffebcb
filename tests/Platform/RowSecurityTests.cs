using Mobility.Platform.Data;
using Npgsql;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class RowSecurityTests
{
    [Fact]
    public async Task A_statement_that_forgets_its_filter_still_sees_the_rows_of_its_client_only()
    {
        await using var service = await new ThingApp().Start();
        await Insert(service.Db, "gangneung-kick", 2);
        await Insert(service.Db, "seoul-kick", 3);
        Assert.Equal(2, await Count(service.Db, "gangneung-kick"));
        Assert.Equal(3, await Count(service.Db, "seoul-kick"));
        Assert.Equal(0, await Count(service.Db, "nobody-kick"));
        Assert.Equal(5, await Count(service.Db, Db.AllClients));
    }

    [Fact]
    public async Task A_row_of_another_client_cannot_be_written()
    {
        await using var service = await new ThingApp().Start();
        var error = await Assert.ThrowsAsync<PostgresException>(() =>
            service.Db.InTransaction(
                "gangneung-kick",
                tx => tx.Execute("""INSERT INTO thing (client_id) VALUES ('seoul-kick')"""),
                CancellationToken.None
            )
        );
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, error.SqlState);
    }

    private static Task Insert(Db db, string client, int count) =>
        db.InTransaction(
            client,
            tx =>
                tx.Execute(
                    """INSERT INTO thing (client_id) SELECT @client FROM generate_series(1, @count)""",
                    new { client, count }
                ),
            CancellationToken.None
        );

    private static Task<long> Count(Db db, string client) =>
        db.InTransaction(client, tx => tx.Scalar<long>("""SELECT count(*) FROM thing"""), CancellationToken.None);
}

using Dapper;
using Npgsql;

namespace Mobility.Launcher;

/// <summary>What the database knows of the order in which it committed.</summary>
internal sealed record StopBooks
{
    // The rows that are read here are written once, so that xmin is the transaction of the admission and of the stop.
    private const string Statement = """
        WITH admission AS (
            SELECT refund_id, pg_xact_commit_timestamp(xmin) AS time FROM ledger_entry WHERE kind = 'HOLD'),
        stop AS (
            SELECT pg_xact_commit_timestamp(xmin) AS time FROM delegation_change
            WHERE act = 'Suspend' ORDER BY epoch DESC LIMIT 1)
        SELECT (SELECT count(DISTINCT refund_id) FROM admission) AS admitted,
            (SELECT max(time) FROM admission) AS last_admission,
            (SELECT time FROM stop) AS stop,
            (SELECT count(*) FROM admission WHERE time >= (SELECT time FROM stop)) AS admitted_after
        """;

    public long Admitted { get; init; }
    public DateTime LastAdmission { get; init; }

    /// <summary>Commit of the latest stop.</summary>
    public DateTime Stop { get; init; }

    /// <summary>Admissions that were committed no earlier than it.</summary>
    public long AdmittedAfter { get; init; }

    public static async Task<StopBooks> Read(RunState state)
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        await using var connection = new NpgsqlConnection(state.Services["refunds"].Database + ";Pooling=false");
        await connection.OpenAsync();
        // The tables are shut by client: the policy lets '*' see all of them.
        await connection.ExecuteAsync("""SELECT set_config('mobility.client', '*', false)""");
        return await connection.QuerySingleAsync<StopBooks>(Statement);
    }
}

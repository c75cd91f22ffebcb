using Grpc.Core;
using Mobility.Platform.Rpc;
using Npgsql;

namespace Mobility.Platform.Data;

/// <summary>Tells a database that is away from a statement that is wrong.</summary>
public static class DatabaseErrors
{
    /// <summary>Why something that failed may succeed later as it is; null when it is an error of ours.</summary>
    public static string? PassingReason(Exception error) =>
        error switch
        {
            Refusal refusal => refusal.Reason,
            NpgsqlException database when IsDown(database) => "DATABASE_UNAVAILABLE",
            _ => null,
        };

    /// <summary>What is told of a database that is away: the same for calls and for pages.</summary>
    public static Refusal Away() =>
        new(StatusCode.Unavailable, "DATABASE_UNAVAILABLE", "The database does not answer.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    /// <summary>Was a statement prepared before a migration changed the rows that it returns?</summary>
    public static bool IsStalePlan(PostgresException error) =>
        error is { SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: "RevalidateCachedQuery" };

    /// <summary>Is the database away, so that the same request may succeed later?</summary>
    public static bool IsDown(NpgsqlException error) =>
        error is not PostgresException postgres
        || postgres.SqlState.StartsWith("08", StringComparison.Ordinal)
        || postgres.SqlState
            is PostgresErrorCodes.AdminShutdown
                or PostgresErrorCodes.CrashShutdown
                or PostgresErrorCodes.CannotConnectNow
                or PostgresErrorCodes.DatabaseDropped
                or PostgresErrorCodes.TooManyConnections
                // A server that became a standby, or is not promoted yet.
                or PostgresErrorCodes.ReadOnlySqlTransaction
                or PostgresErrorCodes.QueryCanceled
                // idle_in_transaction_session_timeout: the server let go of a transaction in which we stood still.
                or "25P03"
        || IsLockTimeout(error);

    /// <summary>Was a lock waited for too long? Then nothing was committed.</summary>
    public static bool IsLockTimeout(NpgsqlException error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };
}

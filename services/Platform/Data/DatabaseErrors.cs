using Npgsql;

namespace Mobility.Platform.Data;

/// <summary>Tells a database that is away from a statement that is wrong.</summary>
public static class DatabaseErrors
{
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
                or PostgresErrorCodes.QueryCanceled;
}

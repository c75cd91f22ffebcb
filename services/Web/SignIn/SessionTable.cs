using Mobility.Platform.Data;

namespace Mobility.Web.SignIn;

/// <summary>A row of sessions.</summary>
internal sealed class SessionRow
{
    public required string ClientId { get; init; }
    public required byte[] IdHash { get; init; }
    public required string Subject { get; init; }
    public required string Role { get; init; }
    public string? Vendor { get; init; }
    public required string Alias { get; init; }
    public required byte[] SealedToken { get; init; }
    public required DateTimeOffset TokenExpireTime { get; init; }
    public string? PersonKey { get; init; }
    public required DateTimeOffset CreateTime { get; init; }
    public required DateTimeOffset ExpireTime { get; init; }
}

/// <summary>The statements on sessions.</summary>
internal static class SessionTable
{
    public static Task<int> Insert(Tx tx, SessionRow row) =>
        tx.Execute(
            """
            INSERT INTO sessions (
                client_id, id_hash, subject, role, vendor, alias, sealed_token, token_expire_time, person_key,
                create_time, expire_time)
            VALUES (
                @ClientId, @IdHash, @Subject, @Role, @Vendor, @Alias, @SealedToken, @TokenExpireTime, @PersonKey,
                @CreateTime, @ExpireTime)
            """,
            row
        );

    /// <summary>The session unless its time is over.</summary>
    public static Task<SessionRow?> Get(Tx tx, byte[] idHash) =>
        tx.One<SessionRow>(
            """
            SELECT client_id, id_hash, subject, role, vendor, alias, sealed_token, token_expire_time, person_key,
                create_time, expire_time
            FROM sessions
            WHERE client_id = @ClientId AND id_hash = @idHash AND expire_time > @Now
            """,
            new
            {
                tx.ClientId,
                idHash,
                tx.Now,
            }
        );

    public static Task<int> Renew(Tx tx, byte[] idHash, byte[] sealedToken, DateTimeOffset until) =>
        tx.Execute(
            """
            UPDATE sessions SET sealed_token = @sealedToken, token_expire_time = @until
            WHERE client_id = @ClientId AND id_hash = @idHash
            """,
            new
            {
                tx.ClientId,
                idHash,
                sealedToken,
                until,
            }
        );

    /// <summary>Lets the session work for another client: the row moves, so that there is one of it.</summary>
    public static Task<int> Move(Tx tx, string from, string to, byte[] idHash) =>
        tx.Execute(
            """UPDATE sessions SET client_id = @to WHERE client_id = @from AND id_hash = @idHash""",
            new
            {
                from,
                to,
                idHash,
            }
        );

    public static Task<int> Delete(Tx tx, byte[] idHash) =>
        tx.Execute(
            """DELETE FROM sessions WHERE client_id = @ClientId AND id_hash = @idHash""",
            new { tx.ClientId, idHash }
        );

    /// <summary>Deletes what is over, of every client: client_id is filtered by the row policy.</summary>
    public static Task<int> DeleteOver(Tx tx) =>
        tx.Execute(
            """DELETE FROM sessions WHERE client_id = ANY(@Clients) AND expire_time <= @Now""",
            new { Clients = tx.Clients.All.Select(c => c.Id).ToArray(), tx.Now }
        );
}

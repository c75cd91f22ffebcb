using System.Security.Cryptography;
using Mobility.Platform.Data;

namespace Mobility.Web.Webhooks;

/// <summary>A webhook whose payment has not been told of yet.</summary>
public sealed record WaitingWebhook
{
    public required string Gateway { get; init; }
    public required byte[] Sha256 { get; init; }
    public required byte[] Body { get; init; }
    public required int AttemptCount { get; init; }
}

/// <summary>The statements on webhooks.</summary>
public static class WebhookTable
{
    public const string Waiting = "WAITING";
    public const string Told = "TOLD";
    public const string Ignored = "IGNORED";
    public const string GivenUp = "GIVEN_UP";

    /// <summary>As many as wait at once: 32 MiB at worst, and minutes of a busy gateway while Refunds is away. It sends
    /// again what is not taken.</summary>
    public const int WaitingMax = 500;

    /// <summary>Keeps the bytes; false when too many wait. Bytes that are known are kept already.</summary>
    public static async Task<bool> Keep(Tx tx, string gateway, byte[] body)
    {
        var hash = SHA256.HashData(body);
        var hasRoom = await tx.Scalar<bool>(
            """
            SELECT EXISTS (SELECT 1 FROM webhooks
                WHERE client_id = @ClientId AND gateway = @gateway AND sha256 = @hash)
                OR (SELECT count(*) FROM (SELECT 1 FROM webhooks
                    WHERE client_id = @ClientId AND next_time IS NOT NULL LIMIT @WaitingMax) AS w) < @WaitingMax
            """,
            new
            {
                tx.ClientId,
                gateway,
                hash,
                WaitingMax,
            }
        );
        if (!hasRoom)
        {
            return false;
        }
        await tx.Execute(
            """
            INSERT INTO webhooks (client_id, gateway, sha256, body, state, receive_time, next_time)
            VALUES (@ClientId, @gateway, @hash, @body, @Waiting, @Now, @Now)
            ON CONFLICT (client_id, gateway, sha256) DO NOTHING
            """,
            new
            {
                tx.ClientId,
                gateway,
                hash,
                body,
                Waiting,
                tx.Now,
            }
        );
        return true;
    }

    /// <summary>Takes those that are due for as long as the lease: who dies meanwhile leaves them to the
    /// next.</summary>
    public static Task<IReadOnlyList<WaitingWebhook>> Take(Tx tx, int limit, TimeSpan lease) =>
        tx.List<WaitingWebhook>(
            """
            UPDATE webhooks SET next_time = @Until, attempt_count = attempt_count + 1
            WHERE client_id = @ClientId AND (gateway, sha256) IN (
                SELECT gateway, sha256 FROM webhooks WHERE client_id = @ClientId AND next_time <= @Now
                ORDER BY next_time LIMIT @limit FOR UPDATE SKIP LOCKED)
            RETURNING gateway, sha256, body, attempt_count
            """,
            new
            {
                tx.ClientId,
                tx.Now,
                Until = tx.Now + lease,
                limit,
            }
        );

    /// <summary>Notes what became of it; a next time only while it waits.</summary>
    public static Task<int> End(Tx tx, WaitingWebhook webhook, string state, DateTimeOffset? nextTime) =>
        tx.Execute(
            """
            UPDATE webhooks SET state = @state, next_time = @nextTime
            WHERE client_id = @ClientId AND gateway = @Gateway AND sha256 = @Sha256 AND state = 'WAITING'
            """,
            new
            {
                tx.ClientId,
                webhook.Gateway,
                webhook.Sha256,
                state,
                nextTime,
            }
        );

    /// <summary>Deletes what is older, and of what is younger all but the newest.</summary>
    public static Task<int> DeleteOld(Tx tx, DateTimeOffset before, int newest) =>
        tx.Execute(
            """
            DELETE FROM webhooks WHERE client_id = @ClientId AND next_time IS NULL
                AND receive_time < greatest(@before, (
                    SELECT receive_time FROM webhooks WHERE client_id = @ClientId
                    ORDER BY receive_time DESC OFFSET @newest LIMIT 1))
            """,
            new
            {
                tx.ClientId,
                before,
                newest,
            }
        );
}

using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Finds the complaint of a tracking code. Right, wrong and malformed codes take the same steps.</summary>
internal static class TrackingLookUp
{
    /// <summary>Look-ups a minute of one sender: a page that is reloaded again and again stays below.</summary>
    public const int PerSender = 60;

    /// <summary>Look-ups a minute of all senders whom no entrance knows again, photos included: a busy morning, and no
    /// way to try many of 2^60 codes.</summary>
    public const int WithoutSender = 6_000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Where the complaint of the code is; a place where there is none when the code is wrong.</summary>
    /// <exception cref="Refusal">TOO_MANY_LOOK_UPS.</exception>
    public static Task<TrackedPlace> Find(Call call, ParkingKeys keys, string code, string sender = "") =>
        call.Read(
            Db.AllClients,
            async tx =>
            {
                await CountOne(tx, keys.HashOfSender(Db.AllClients, sender));
                return await tx.One<TrackedPlace>(
                        """
                        SELECT client_id, id FROM complaints WHERE tracking_hash = @Hash
                        """,
                        new { Hash = keys.HashOfCode(code) }
                    ) ?? new TrackedPlace { ClientId = "nobody" };
            }
        );

    /// <summary>The one answer to every code that is not right.</summary>
    public static Refusal NotFound() =>
        new(StatusCode.NotFound, Errors.ComplaintNotFound, "There is no complaint with this tracking code.");

    private static async Task CountOne(Tx tx, byte[]? sender)
    {
        var count = await tx.Scalar<int>(
            """
            INSERT INTO look_ups (client_id, sender_hash, minute, look_up_count)
            VALUES ('*', @Sender, @Now, 1)
            ON CONFLICT (client_id, sender_hash) DO UPDATE SET
                minute = CASE WHEN look_ups.minute > @Since THEN look_ups.minute ELSE excluded.minute END,
                look_up_count = CASE WHEN look_ups.minute > @Since THEN look_ups.look_up_count + 1 ELSE 1 END
            RETURNING look_up_count
            """,
            new
            {
                Sender = sender ?? [],
                tx.Now,
                Since = tx.Now - Minute,
            }
        );
        if (count > (sender is null ? WithoutSender : PerSender))
        {
            throw new Refusal(
                StatusCode.ResourceExhausted,
                Errors.TooManyLookUps,
                "Too many tracking codes were looked up; wait a minute."
            )
            {
                RetryAfter = Minute,
            };
        }
    }
}

/// <summary>Where a complaint is.</summary>
internal sealed record TrackedPlace
{
    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }
}

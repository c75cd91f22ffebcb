using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Mobility.Platform.Rpc;

namespace Mobility.Platform.Data;

/// <summary>What makes a request the same one: its key, at most 600 characters, and the hash of what was
/// asked.</summary>
public sealed record OnceKey(string Key, byte[] Fingerprint);

/// <summary>
/// The one reliability primitive: a key, the rows, the events and the reply commit together or not at all.
/// A request and an event are the same thing with another key (docs/decisions/0002-once.md).
/// </summary>
public static class Once
{
    /// <summary>Keys are kept this long; a client that repeats a request after it makes a new one.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>Keys of callers without a token are kept this long: their replies may hold a tracking code.</summary>
    public static readonly TimeSpan AnonymousKeptFor = TimeSpan.FromHours(24);

    /// <summary>Runs the block unless its key is known; a repeat gets the stored reply.</summary>
    /// <param name="db">The database.</param>
    /// <param name="clientId">Client whose rows the block sees.</param>
    /// <param name="key">What makes the request the same one.</param>
    /// <param name="run">The block; a failure takes the key back too.</param>
    /// <param name="token">The caller's patience.</param>
    /// <param name="enter">What else the wait for the key is for; what it returns is run before anything is done or
    /// told, a stored reply too.</param>
    /// <exception cref="Refusal">INVALID_ARGUMENT REQUEST_ID_REUSED when the key came with another
    /// fingerprint.</exception>
    public static Task<T> Run<T>(
        Db db,
        string clientId,
        OnceKey key,
        Func<Tx, Task<T>> run,
        CancellationToken token,
        Func<Tx, Round, Action>? enter = null
    )
        where T : class, IMessage<T>, new() =>
        db.InTransaction(
            clientId,
            async tx =>
            {
                if (!await TryTake(tx, key, enter))
                {
                    return await StoredReply<T>(tx, key);
                }
                var reply = await run(tx);
                tx.Last.Execute(
                    """UPDATE once SET response = @Reply WHERE key = @Key""",
                    new { key.Key, Reply = reply.ToByteArray() }
                );
                return reply;
            },
            token
        );

    /// <summary>Takes the key inside a transaction; false when somebody has it. Waits for one who is about to have
    /// it.</summary>
    public static async Task<bool> TryTake(Tx tx, OnceKey key, Func<Tx, Round, Action>? enter = null)
    {
        var round = tx.NewRound();
        var taken = round.One<string>(
            """
            INSERT INTO once (key, client_id, fingerprint, create_time)
            VALUES (@Key, @ClientId, @Fingerprint, @Now)
            ON CONFLICT (key) DO NOTHING RETURNING key
            """,
            new
            {
                key.Key,
                tx.ClientId,
                key.Fingerprint,
                tx.Now,
            }
        );
        var look = enter?.Invoke(tx, round);
        await round.Run();
        look?.Invoke();
        return taken() is not null;
    }

    /// <summary>
    /// Runs many requests in one transaction; of each the key, the rows, the events and the reply commit as alone, and
    /// with those of the others or not at all. The block asks <see cref="Known"/> and leaves out, with a null, what has
    /// to run alone: a key that is known, and what is refused. A failure means that each has to run alone.
    /// </summary>
    public static Task<IReadOnlyList<T?>> Batch<T>(
        Db db,
        string clientId,
        IReadOnlyList<OnceKey> keys,
        Func<Tx, Task<IReadOnlyList<T?>>> run
    )
        where T : class, IMessage<T> =>
        db.InTransaction(
            clientId,
            async tx =>
            {
                var replies = await run(tx);
                var kept = keys.Zip(replies).Where(pair => pair.Second is not null).ToList();
                if (kept.Count > 0)
                {
                    tx.Last.Execute(
                        """
                        INSERT INTO once (key, client_id, fingerprint, response, create_time)
                        SELECT k.key, @ClientId, k.fingerprint, k.response, @Now
                        FROM unnest(@Keys::text[], @Fingerprints::bytea[], @Replies::bytea[])
                            AS k (key, fingerprint, response)
                        ORDER BY k.key
                        """,
                        new
                        {
                            tx.ClientId,
                            tx.Now,
                            Keys = kept.Select(pair => pair.First.Key).ToArray(),
                            Fingerprints = kept.Select(pair => pair.First.Fingerprint).ToArray(),
                            Replies = kept.Select(pair => pair.Second!.ToByteArray()).ToArray(),
                        }
                    );
                }
                return replies;
            },
            // Nobody's patience ends it for the others; every wait in it is bounded.
            CancellationToken.None
        );

    /// <summary>Which of the keys are known, once the round has run.</summary>
    public static Func<IReadOnlyList<string>> Known(Round round, IEnumerable<OnceKey> keys) =>
        round.List<string>(
            """SELECT key FROM once WHERE key = ANY(@Keys)""",
            new { Keys = keys.Select(key => key.Key).ToArray() }
        );

    /// <summary>INVALID_ARGUMENT REQUEST_ID_REUSED: the id came with another body.</summary>
    public static Refusal Reused() =>
        new(StatusCode.InvalidArgument, "REQUEST_ID_REUSED", "The request id was used for another request.")
        {
            Violations = [new Violation("request_id", "was used for another request")],
        };

    private static async Task<T> StoredReply<T>(Tx tx, OnceKey key)
        where T : class, IMessage<T>, new()
    {
        var stored =
            await tx.One<Stored>("""SELECT fingerprint, response FROM once WHERE key = @Key""", new { key.Key })
            ?? throw new InvalidOperationException("A key that was just seen is gone.");
        if (!CryptographicOperations.FixedTimeEquals(stored.Fingerprint, key.Fingerprint))
        {
            throw Reused();
        }
        var reply = new T();
        reply.MergeFrom(stored.Response);
        return reply;
    }

    private sealed record Stored(byte[] Fingerprint, byte[] Response);
}

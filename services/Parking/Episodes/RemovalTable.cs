using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Parking.Episodes;

/// <summary>One journey of the field crew for one episode.</summary>
public sealed record Removal
{
    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }
    public Guid EpisodeId { get; init; }

    /// <summary>Where it was sent for; another episode than now while two are merged.</summary>
    public Guid OriginEpisodeId { get; init; }
    public RemovalState State { get; init; } = RemovalState.Dispatched;

    /// <summary>Cancelled only because its episode was merged into one that has a removal.</summary>
    public bool IsMerged { get; init; }
    public string Note { get; init; } = "";
    public DateTimeOffset CreateTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }

    public bool IsOpen => State == RemovalState.Dispatched;

    public Removal End(RemovalState state, DateTimeOffset now) => this with { State = state, EndTime = now };

    /// <summary>It goes on: the merge that ended it was undone.</summary>
    public Removal Restore() => this with { State = RemovalState.Dispatched, EndTime = null, IsMerged = false };
}

/// <summary>Statements on removals.</summary>
internal static class RemovalTable
{
    public static Task<int> Insert(Tx tx, Removal removal) =>
        tx.Execute(
            """
            INSERT INTO removals
                (client_id, id, episode_id, origin_episode_id, state, is_merged, note, create_time, end_time)
            VALUES
                (@ClientId, @Id, @EpisodeId, @OriginEpisodeId, @State, @IsMerged, @Note, @CreateTime, @EndTime)
            """,
            removal
        );

    public static Task<int> Save(Tx tx, Removal removal) =>
        tx.Execute(
            """
            UPDATE removals SET episode_id = @EpisodeId, state = @State, is_merged = @IsMerged, end_time = @EndTime
            WHERE client_id = @ClientId AND id = @Id
            """,
            removal
        );

    /// <summary>Those of an episode, newest first.</summary>
    public static Task<IReadOnlyList<Removal>> OfEpisode(Tx tx, Guid episode) =>
        tx.List<Removal>(
            """
            SELECT * FROM removals WHERE client_id = @ClientId AND episode_id = @episode
            ORDER BY create_time DESC, id DESC LIMIT @Max
            """,
            new
            {
                tx.ClientId,
                episode,
                Max = ComplaintTable.EpisodeRows,
            }
        );

    /// <summary>The one that is under way for an episode.</summary>
    public static Task<Removal?> Open(Tx tx, Guid episode) =>
        tx.One<Removal>(
            """
            SELECT * FROM removals WHERE client_id = @ClientId AND episode_id = @episode AND state = 1
            """,
            new { tx.ClientId, episode }
        );
}

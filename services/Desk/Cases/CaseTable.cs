using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Statements on cases.</summary>
public static class CaseTable
{
    /// <summary>
    /// Whoever changes cases of a client waits here for the others. So who has how many, what belongs together and
    /// whether anything is left to do is never read while somebody else changes it: a desk has few people and a
    /// transaction takes milliseconds.
    /// </summary>
    public static Task<int> Enter(Tx tx) =>
        tx.Execute(
            """
            SELECT pg_advisory_xact_lock(hashtextextended('cases/' || @ClientId, 0))
            """,
            new { tx.ClientId }
        );

    public static Task<int> Insert(Tx tx, Case opened) =>
        tx.Execute(
            """
            INSERT INTO cases
                (client_id, id, matter, kind, channel, state, kept_open, owner_id, stands_in, handed_over, title,
                 rider_id, ride_id, vehicle_id, need, create_time, update_time, close_time, revision)
            VALUES
                (@ClientId, @Id, @Matter, @Kind, @Channel, @State, @KeptOpen, @OwnerId, @StandsIn, @HandedOver, @Title,
                 @RiderId, @RideId, @VehicleId, @Need, @CreateTime, @UpdateTime, @CloseTime, @Revision)
            """,
            opened
        );

    public static Task<int> Save(Tx tx, Case changed) =>
        tx.Execute(
            """
            UPDATE cases SET
                matter = @Matter, channel = @Channel, state = @State, kept_open = @KeptOpen, owner_id = @OwnerId,
                stands_in = @StandsIn, handed_over = @HandedOver, rider_id = @RiderId, ride_id = @RideId,
                vehicle_id = @VehicleId, need = @Need, update_time = @UpdateTime, close_time = @CloseTime,
                revision = @Revision
            WHERE client_id = @ClientId AND id = @Id
            """,
            changed
        );

    public static Task<Case?> Find(Tx tx, Guid id) =>
        tx.One<Case>(
            """
            SELECT * FROM cases WHERE client_id = @ClientId AND id = @id
            """,
            new { tx.ClientId, id }
        );

    public static Task<Case?> FindByMatter(Tx tx, string matter) =>
        tx.One<Case>(
            """
            SELECT * FROM cases WHERE client_id = @ClientId AND matter = @matter
            """,
            new { tx.ClientId, matter }
        );

    /// <summary>The case, with nobody else changing cases until the transaction ends.</summary>
    /// <exception cref="Refusal">NOT_FOUND when there is none; ABORTED when the caller saw another revision of
    /// it.</exception>
    public static async Task<Case> Get(Tx tx, ResourceName name, string etag = "")
    {
        await Enter(tx);
        var found = await Find(tx, name.Id) ?? throw NotFound(name);
        return etag.Length == 0 || string.Equals(etag, found.Etag, StringComparison.Ordinal)
            ? found
            : throw new Refusal(
                StatusCode.Aborted,
                Errors.EtagMismatch,
                $"The case is at {found.Etag} by now, not at {etag}: read it again.",
                ("etag", found.Etag)
            );
    }

    public static Refusal NotFound(ResourceName name) =>
        new(StatusCode.NotFound, Errors.CaseNotFound, $"There is no case {name}.", ("name", name.ToString()));
}

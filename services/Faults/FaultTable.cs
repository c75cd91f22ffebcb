using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>Statements on faults.</summary>
internal static class FaultTable
{
    public static Task<int> Insert(Tx tx, Fault fault) =>
        tx.Execute(
            """
            INSERT INTO faults
                (client_id, id, printed_code, vehicle_id, category, safety_critical, catalogue_version,
                 catalogue_sha256, note, language, ride_id, latitude, longitude, accuracy_meters, channel, occur_time,
                 reporter_id, filed_by, state, grounding, grounding_reason, flag_numbers, decision_note, decided_by,
                 create_time, update_time, revision)
            VALUES
                (@ClientId, @Id, @PrintedCode, @VehicleId, @Category, @SafetyCritical, @CatalogueVersion,
                 @CatalogueSha256, @Note, @Language,
                 @RideId, @Latitude, @Longitude, @AccuracyMeters, @Channel, @OccurTime,
                 @ReporterId, @FiledBy, @State, @Grounding, @GroundingReason, @FlagNumbers, @DecisionNote, @DecidedBy,
                 @CreateTime, @UpdateTime, @Revision)
            """,
            fault
        );

    /// <summary>Writes what a person decided, and lets the vehicle follow.</summary>
    public static async Task Save(Tx tx, Fault fault)
    {
        await tx.Execute(
            """
            UPDATE faults SET
                state = @State, grounding = @Grounding, grounding_reason = @GroundingReason,
                decision_note = @DecisionNote, decided_by = @DecidedBy, update_time = @UpdateTime, revision = @Revision
            WHERE client_id = @ClientId AND id = @Id
            """,
            fault
        );
        if (fault.VehicleId is { } vehicle)
        {
            await VehicleTable.FollowFaults(tx, vehicle);
        }
    }

    public static Task<Fault?> Find(Tx tx, Guid id) =>
        tx.One<Fault>(
            """
            SELECT * FROM faults WHERE client_id = @ClientId AND id = @id
            """,
            new { tx.ClientId, id }
        );

    /// <summary>The fault, locked until the transaction ends.</summary>
    /// <exception cref="Refusal">NOT_FOUND when there is none; ABORTED when the caller saw another revision of
    /// it.</exception>
    public static async Task<Fault> GetForUpdate(Tx tx, ResourceName name, string etag)
    {
        var fault =
            await tx.One<Fault>(
                """
                SELECT * FROM faults WHERE client_id = @ClientId AND id = @Id FOR NO KEY UPDATE
                """,
                new { tx.ClientId, name.Id }
            ) ?? throw NotFound(name);
        return etag.Length == 0 || string.Equals(etag, fault.Etag, StringComparison.Ordinal)
            ? fault
            : throw new Refusal(
                StatusCode.Aborted,
                Errors.EtagMismatch,
                $"The fault is at {fault.Etag} by now, not at {etag}: read it again.",
                ("etag", fault.Etag)
            );
    }

    /// <summary>Open safety-critical reports on the vehicle by other riders, at most the latest: the rule asks for no
    /// more.</summary>
    public static Task<IReadOnlyList<EarlierReport>> LatestByAnother(Tx tx, Guid rider, Guid vehicle) =>
        tx.List<EarlierReport>(
            """
            SELECT reporter_id, create_time FROM faults
            WHERE client_id = @ClientId AND vehicle_id = @vehicle AND state IN (1, 2) AND safety_critical
                AND reporter_id IS NOT NULL AND reporter_id <> @rider
            ORDER BY create_time DESC
            LIMIT 1
            """,
            new
            {
                tx.ClientId,
                rider,
                vehicle,
            }
        );

    /// <summary>When the rider's own word grounded a vehicle, the latest first, at most as many as a day
    /// allows.</summary>
    public static Task<IReadOnlyList<DateTimeOffset>> ImmediateGroundings(Tx tx, Guid rider) =>
        tx.List<DateTimeOffset>(
            """
            SELECT create_time FROM faults
            WHERE client_id = @ClientId AND reporter_id = @rider AND grounding_reason = @Reason
            ORDER BY create_time DESC
            LIMIT @Max
            """,
            new
            {
                tx.ClientId,
                rider,
                Reason = GroundingRule.RodeIt,
                Max = GroundingRule.ImmediateGroundingsPerDayMax,
            }
        );

    public static Refusal NotFound(ResourceName name) =>
        new(StatusCode.NotFound, Errors.FaultNotFound, $"There is no fault {name}.", ("name", name.ToString()));
}

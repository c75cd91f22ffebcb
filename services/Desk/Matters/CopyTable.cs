using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>Statements on the copies of what other services own; each keeps the highest revision that it saw.</summary>
public static class CopyTable
{
    /// <summary>Refunds that anybody asks for about one complaint or fault, many times over.</summary>
    private const int RefundsMax = 1_000;

    public static Task<int> Put(Tx tx, ComplaintCopy copy) =>
        tx.Execute(
            """
            INSERT INTO complaint_copies AS c
                (client_id, id, episode_id, state, channel, vehicle_id, language, revision)
            VALUES (@ClientId, @Id, @EpisodeId, @State, @Channel, @VehicleId, @Language, @Revision)
            ON CONFLICT (client_id, id) DO UPDATE SET
                episode_id = excluded.episode_id, state = excluded.state, channel = excluded.channel,
                vehicle_id = excluded.vehicle_id, language = excluded.language, revision = excluded.revision
            WHERE c.revision < excluded.revision
            """,
            copy
        );

    public static Task<ComplaintCopy?> Complaint(Tx tx, Guid? id) =>
        tx.One<ComplaintCopy>(
            """
            SELECT * FROM complaint_copies WHERE client_id = @ClientId AND id = @id
            """,
            new { tx.ClientId, id }
        );

    public static Task<int> Put(Tx tx, FaultCopy copy) =>
        tx.Execute(
            """
            INSERT INTO fault_copies AS c
                (client_id, id, state, endangers, reporter_id, ride_id, vehicle_id, language, revision)
            VALUES (@ClientId, @Id, @State, @Endangers, @ReporterId, @RideId, @VehicleId, @Language, @Revision)
            ON CONFLICT (client_id, id) DO UPDATE SET
                endangers = c.endangers OR excluded.endangers,
                state = CASE WHEN excluded.revision > c.revision THEN excluded.state ELSE c.state END,
                reporter_id = coalesce(c.reporter_id, excluded.reporter_id),
                ride_id = coalesce(c.ride_id, excluded.ride_id),
                vehicle_id = coalesce(c.vehicle_id, excluded.vehicle_id),
                revision = greatest(c.revision, excluded.revision)
            """,
            copy
        );

    public static Task<FaultCopy?> Fault(Tx tx, Guid? id) =>
        tx.One<FaultCopy>(
            """
            SELECT * FROM fault_copies WHERE client_id = @ClientId AND id = @id
            """,
            new { tx.ClientId, id }
        );

    public static Task<int> Put(Tx tx, RefundCopy copy) =>
        tx.Execute(
            """
            INSERT INTO refund_copies AS c
                (client_id, id, state, by_system, troubled, case_id, complaint_id, fault_id, ride_id, payment_id,
                 vehicle_id, rider_id, told_values, revision)
            VALUES
                (@ClientId, @Id, @State, @BySystem, @Troubled, @CaseId, @ComplaintId, @FaultId, @RideId, @PaymentId,
                 @VehicleId, @RiderId, @ToldValues::jsonb, @Revision)
            ON CONFLICT (client_id, id) DO UPDATE SET
                troubled = c.troubled OR excluded.troubled,
                state = CASE WHEN excluded.revision > c.revision THEN excluded.state ELSE c.state END,
                told_values = CASE WHEN excluded.revision > c.revision THEN excluded.told_values
                    ELSE c.told_values END,
                revision = greatest(c.revision, excluded.revision)
            """,
            copy
        );

    public static Task<RefundCopy?> Refund(Tx tx, Guid id) =>
        tx.One<RefundCopy>(
            """
            SELECT * FROM refund_copies WHERE client_id = @ClientId AND id = @id
            """,
            new { tx.ClientId, id }
        );

    /// <summary>Refunds that name the complaint: they go where it goes.</summary>
    public static Task<IReadOnlyList<RefundCopy>> RefundsOfComplaint(Tx tx, Guid complaintId) =>
        tx.List<RefundCopy>(
            """
            SELECT * FROM refund_copies WHERE client_id = @ClientId AND complaint_id = @complaintId
            ORDER BY id LIMIT @RefundsMax
            """,
            new
            {
                tx.ClientId,
                complaintId,
                RefundsMax,
            }
        );

    /// <summary>Refunds that name the fault.</summary>
    public static Task<IReadOnlyList<RefundCopy>> RefundsOfFault(Tx tx, Guid faultId) =>
        tx.List<RefundCopy>(
            """
            SELECT * FROM refund_copies WHERE client_id = @ClientId AND fault_id = @faultId
            ORDER BY id LIMIT @RefundsMax
            """,
            new
            {
                tx.ClientId,
                faultId,
                RefundsMax,
            }
        );
}

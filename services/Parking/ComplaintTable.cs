using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Statements on complaints.</summary>
public static class ComplaintTable
{
    /// <summary>Complaints of one episode that are ever looked at: limits keep a flood out of it.</summary>
    public const int EpisodeRows = 1_000;

    public static async Task Insert(Tx tx, Complaint complaint)
    {
        await tx.Execute(
            """
            INSERT INTO complaints
                (client_id, id, latitude, longitude, accuracy_meters, category, catalogue_version, catalogue_sha256,
                 printed_codes, vehicle_ids, stay_numbers, note, language, channel, occur_time, filed_by, state,
                 flag_numbers, episode_id, origin_episode_id, group_number, removal_id, city, ordinance_version,
                 rule_code, grace_minutes, fee_minor, zone_id, zone_parking, dong, dong_code, due_time, decision_note,
                 decision_reason, decided_by, answer_count, reopen_note, split_note, tracking_hash, sender_hash,
                 create_time, update_time, revision)
            VALUES
                (@ClientId, @Id, @Latitude, @Longitude, @AccuracyMeters, @Category, @CatalogueVersion,
                 @CatalogueSha256, @PrintedCodes, @VehicleIds, @StayNumbers, @Note, @Language, @Channel, @OccurTime,
                 @FiledBy, @State, @FlagNumbers, @EpisodeId, @OriginEpisodeId, @GroupNumber, @RemovalId, @City,
                 @OrdinanceVersion, @RuleCode, @GraceMinutes, @FeeMinor, @ZoneId, @ZoneParking, @Dong, @DongCode,
                 @DueTime, @DecisionNote, @DecisionReason, @DecidedBy, @AnswerCount, @ReopenNote, @SplitNote,
                 @TrackingHash, @SenderHash, @CreateTime, @UpdateTime, @Revision)
            """,
            complaint
        );
        await InsertVehicles(tx, complaint);
    }

    /// <summary>Lets the complaint be found by its present vehicles and no others.</summary>
    public static async Task PutVehicles(Tx tx, Complaint complaint)
    {
        await tx.Execute(
            """
            DELETE FROM complaint_vehicles WHERE client_id = @ClientId AND complaint_id = @Id
            """,
            complaint
        );
        await InsertVehicles(tx, complaint);
    }

    /// <summary>Writes what may change of it.</summary>
    public static Task<int> Save(Tx tx, Complaint complaint) =>
        tx.Execute(
            """
            UPDATE complaints SET
                printed_codes = @PrintedCodes, vehicle_ids = @VehicleIds, stay_numbers = @StayNumbers, state = @State,
                flag_numbers = @FlagNumbers, episode_id = @EpisodeId, origin_episode_id = @OriginEpisodeId,
                group_number = @GroupNumber, removal_id = @RemovalId, decision_note = @DecisionNote,
                decision_reason = @DecisionReason, decided_by = @DecidedBy, upheld_through = @UpheldThrough,
                answer_time = @AnswerTime, answer_count = @AnswerCount, proof_photo_id = @ProofPhotoId,
                reopen_note = @ReopenNote, split_note = @SplitNote, pause_starts = @PauseStarts,
                pause_ends = @PauseEnds, end_number = @EndNumber, end_time = @EndTime, update_time = @UpdateTime,
                revision = @Revision
            WHERE client_id = @ClientId AND id = @Id
            """,
            complaint
        );

    public static Task<Complaint?> Find(Tx tx, Guid id) =>
        tx.One<Complaint>(
            """
            SELECT * FROM complaints WHERE client_id = @ClientId AND id = @id
            """,
            new { tx.ClientId, id }
        );

    /// <summary>The complaint, for a decision.</summary>
    /// <exception cref="Refusal">NOT_FOUND when there is none; ABORTED when the caller saw another revision of
    /// it.</exception>
    public static async Task<Complaint> Get(Tx tx, ResourceName name, string etag = "")
    {
        var complaint = await Find(tx, name.Id) ?? throw NotFound(name);
        return etag.Length == 0 || string.Equals(etag, complaint.Etag, StringComparison.Ordinal)
            ? complaint
            : throw new Refusal(
                StatusCode.Aborted,
                Errors.EtagMismatch,
                $"The complaint is at {complaint.Etag} by now: read it again.",
                ("etag", complaint.Etag)
            );
    }

    /// <summary>The complaints of an episode that are grouped, in the order in which they came.</summary>
    public static Task<IReadOnlyList<Complaint>> OfEpisode(Tx tx, Guid episode) =>
        tx.List<Complaint>(
            """
            SELECT * FROM complaints
            WHERE client_id = @ClientId AND episode_id = @episode AND group_number IS NOT NULL
            ORDER BY group_number LIMIT @EpisodeRows
            """,
            new
            {
                tx.ClientId,
                episode,
                EpisodeRows,
            }
        );

    /// <summary>All complaints of the open episodes that any of the vehicles is in.</summary>
    public static Task<IReadOnlyList<Complaint>> OfOpenEpisodes(Tx tx, Guid[] vehicles) =>
        tx.List<Complaint>(
            """
            WITH about AS (
                SELECT DISTINCT c.episode_id
                FROM complaint_vehicles AS v
                JOIN complaints AS c ON c.client_id = v.client_id AND c.id = v.complaint_id
                WHERE v.client_id = @ClientId AND v.vehicle_id = ANY(@vehicles) AND c.group_number IS NOT NULL),
            open AS (
                SELECT about.episode_id FROM about WHERE EXISTS (
                    SELECT 1 FROM complaints AS live
                    WHERE live.client_id = @ClientId AND live.episode_id = about.episode_id
                        AND live.end_time IS NULL AND live.group_number IS NOT NULL))
            SELECT complaints.* FROM open JOIN complaints ON complaints.episode_id = open.episode_id
            WHERE complaints.client_id = @ClientId AND complaints.group_number IS NOT NULL
            ORDER BY complaints.group_number LIMIT @EpisodeRows
            """,
            new
            {
                tx.ClientId,
                vehicles,
                EpisodeRows,
            }
        );

    public static Refusal NotFound(ResourceName name) =>
        new(StatusCode.NotFound, Errors.ComplaintNotFound, $"There is no complaint {name}.", ("name", name.ToString()));

    private static Task<int> InsertVehicles(Tx tx, Complaint complaint) =>
        tx.Execute(
            """
            INSERT INTO complaint_vehicles (client_id, vehicle_id, create_time, complaint_id)
            SELECT @ClientId, v.id, @CreateTime, @Id FROM unnest(@VehicleIds::uuid[]) AS v (id)
            """,
            complaint
        );
}

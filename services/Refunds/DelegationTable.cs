using System.Text.Json;
using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A row of what a client grants a vendor. PolicyJson is the stored text;
/// <see cref="Policy"/> trusts it no further than its hash.</summary>
public sealed record DelegationRow
{
    public required Guid DelegationId { get; init; }
    public required string Vendor { get; init; }
    public required DateTimeOffset StartTime { get; init; }
    public required DateTimeOffset ExpireTime { get; init; }
    public required int PolicyVersion { get; init; }
    public required string PolicyJson { get; init; }
    public required string PolicyHash { get; init; }
    public required DelegationState State { get; init; }
    public required long Epoch { get; init; }
    public required string GrantedBy { get; init; }
    public string SuspendedBy { get; init; } = "";
    public string SuspendReason { get; init; } = "";
    public DateTimeOffset? SuspendTime { get; init; }
    public string RevokedBy { get; init; } = "";
    public string RevokeReason { get; init; } = "";
    public DateTimeOffset? RevokeTime { get; init; }
    public required DateTimeOffset CreateTime { get; init; }
    public required long Revision { get; init; }

    /// <summary>The policy, if it still is what was granted.</summary>
    /// <exception cref="Refusal">DATA_LOSS DELEGATION_DAMAGED: a clause or budget was changed or lost,
    /// nothing may be decided.</exception>
    public Policy Policy() =>
        IntactPolicy()
        ?? throw new Refusal(
            StatusCode.DataLoss,
            Errors.DelegationDamaged,
            "The stored policy is not the one that was granted.",
            ("delegation_id", DelegationId.ToString())
        );

    /// <summary>The policy; null when what is stored is not what was granted.</summary>
    public Policy? IntactPolicy()
    {
        try
        {
            var policy = Refunds.Policy.FromJson(PolicyJson);
            return string.Equals(policy.Hash(), PolicyHash, StringComparison.Ordinal) ? policy : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Does it still let through what was admitted under that epoch?</summary>
    public bool Lets(long epoch, DateTimeOffset now) =>
        State == DelegationState.Active && Epoch == epoch && now >= StartTime && now < ExpireTime;

    /// <summary>The row of a delegation that is not suspended (any more).</summary>
    public DelegationRow Resumed() =>
        this with
        {
            State = DelegationState.Active,
            SuspendedBy = "",
            SuspendReason = "",
            SuspendTime = null,
        };

    public DelegationFacts Facts() => new(DelegationId.ToString(), State, Epoch, StartTime, ExpireTime);
}

public static class DelegationTable
{
    public static async Task<DelegationRow?> Get(Tx tx, Guid delegationId)
    {
        var round = tx.NewRound();
        var row = Read(round, tx, delegationId);
        await round.Run();
        return row();
    }

    /// <summary>The row under lock, behind those who stand in line for it.</summary>
    public static async Task<DelegationRow?> Locked(Tx tx, Guid delegationId)
    {
        var round = tx.NewRound();
        DelegationDoor.Queue(round, delegationId);
        var row = LockedRow(round, tx, delegationId);
        await round.Run();
        return row();
    }

    /// <summary>The vendor's delegation that is in force, else its latest one,
    /// so that a denial can say what became of it.</summary>
    public static async Task<Guid?> OfVendor(Tx tx, string vendor) =>
        await tx.One<Guid?>(
            """
            SELECT delegation_id FROM delegation WHERE client_id = @ClientId AND vendor = @vendor AND vendor <> ''
            ORDER BY (state = 'Active' AND start_time <= @Now AND expire_time > @Now) DESC, create_time DESC,
                delegation_id
            LIMIT 1
            """,
            new
            {
                tx.ClientId,
                vendor,
                tx.Now,
            }
        );

    /// <summary>The row as it is until the transaction ends, for who only has to know that nobody stops it meanwhile:
    /// shares the door and locks no row.</summary>
    public static Func<DelegationRow?> Unchanged(Round round, Tx tx, Guid delegationId)
    {
        DelegationDoor.Share(round, delegationId);
        return Read(round, tx, delegationId);
    }

    private static Func<DelegationRow?> Read(Round round, Tx tx, Guid delegationId) =>
        round.One<DelegationRow>(
            """
            SELECT delegation_id, vendor, start_time, expire_time, policy_version, policy::text AS policy_json,
                policy_hash, state, epoch, granted_by, suspended_by, suspend_reason, suspend_time, revoked_by,
                revoke_reason, revoke_time, create_time, revision
            FROM delegation WHERE client_id = @ClientId AND delegation_id = @delegationId
            """,
            new { tx.ClientId, delegationId }
        );

    /// <summary>The row under lock, in a round; for who has passed the door in it.</summary>
    public static Func<DelegationRow?> LockedRow(Round round, Tx tx, Guid delegationId) =>
        round.One<DelegationRow>(
            """
            SELECT delegation_id, vendor, start_time, expire_time, policy_version, policy::text AS policy_json,
                policy_hash, state, epoch, granted_by, suspended_by, suspend_reason, suspend_time, revoked_by,
                revoke_reason, revoke_time, create_time, revision
            FROM delegation WHERE client_id = @ClientId AND delegation_id = @delegationId FOR NO KEY UPDATE
            """,
            new { tx.ClientId, delegationId }
        );

    /// <summary>Of each of the people's vendors the delegation that <see cref="OfVendor"/> names.</summary>
    public static Func<IReadOnlyList<DelegationRow>> OfVendorsOf(Round round, Tx tx, Guid[] people) =>
        round.List<DelegationRow>(
            """
            SELECT d.delegation_id, d.vendor, d.start_time, d.expire_time, d.policy_version,
                d.policy::text AS policy_json, d.policy_hash, d.state, d.epoch, d.granted_by, d.suspended_by,
                d.suspend_reason, d.suspend_time, d.revoked_by, d.revoke_reason, d.revoke_time, d.create_time,
                d.revision
            FROM (
                SELECT DISTINCT m.vendor FROM member m
                WHERE m.client_id = @ClientId AND m.person_id = ANY(@people) AND m.vendor <> '') AS v
            CROSS JOIN LATERAL (
                SELECT * FROM delegation x WHERE x.client_id = @ClientId AND x.vendor = v.vendor
                ORDER BY (x.state = 'Active' AND x.start_time <= @Now AND x.expire_time > @Now) DESC,
                    x.create_time DESC, x.delegation_id
                LIMIT 1) AS d
            """,
            new
            {
                tx.ClientId,
                tx.Now,
                people,
            }
        );

    /// <summary>
    /// The delegation under which the service itself acts: in force and with a permit for it, else just in force, the
    /// oldest first. With none in force the youngest that had a permit for it, else the youngest, so that a denial can
    /// say what became of it.
    /// </summary>
    public static async Task<Guid?> OfTheService(Tx tx) =>
        await tx.One<Guid?>(
            """
            SELECT delegation_id FROM delegation WHERE client_id = @ClientId
            ORDER BY (state = 'Active' AND start_time <= @Now AND expire_time > @Now) DESC, serves_system DESC,
                CASE WHEN state = 'Active' AND start_time <= @Now AND expire_time > @Now THEN create_time END,
                create_time DESC, delegation_id
            LIMIT 1
            """,
            new { tx.ClientId, tx.Now }
        );

    /// <summary>A new delegation with its first policy.</summary>
    public static async Task Insert(Tx tx, DelegationRow row)
    {
        await InsertPolicy(tx, row, row.GrantedBy);
        await tx.Execute(
            """
            INSERT INTO delegation (client_id, delegation_id, vendor, start_time, expire_time, policy_version, policy,
                policy_hash, serves_system, state, epoch, granted_by, create_time, revision)
            VALUES (@ClientId, @DelegationId, @Vendor, @StartTime, @ExpireTime, @PolicyVersion, @PolicyJson::jsonb,
                @PolicyHash, @ServesSystem, @State, @Epoch, @GrantedBy, @CreateTime, @Revision)
            """,
            new
            {
                tx.ClientId,
                row.DelegationId,
                row.Vendor,
                row.StartTime,
                row.ExpireTime,
                row.PolicyVersion,
                row.PolicyJson,
                row.PolicyHash,
                ServesSystem = ServesSystem(row),
                State = row.State.ToString(),
                row.Epoch,
                row.GrantedBy,
                row.CreateTime,
                row.Revision,
            }
        );
    }

    /// <summary>All that changes of a delegation but its policy, with the commit: one that is damaged stays as it
    /// is.</summary>
    public static void Update(Tx tx, DelegationRow after) =>
        tx.Last.Execute(
            """
            UPDATE delegation SET expire_time = @ExpireTime, state = @State, epoch = @Epoch,
                suspended_by = @SuspendedBy, suspend_reason = @SuspendReason, suspend_time = @SuspendTime,
                revoked_by = @RevokedBy, revoke_reason = @RevokeReason, revoke_time = @RevokeTime, revision = @Revision
            WHERE client_id = @ClientId AND delegation_id = @DelegationId
            """,
            new
            {
                tx.ClientId,
                after.DelegationId,
                after.ExpireTime,
                State = after.State.ToString(),
                after.Epoch,
                after.SuspendedBy,
                after.SuspendReason,
                after.SuspendTime,
                after.RevokedBy,
                after.RevokeReason,
                after.RevokeTime,
                after.Revision,
            }
        );

    /// <summary>Writes a new version of the policy and puts it in force.</summary>
    public static async Task SetPolicy(Tx tx, DelegationRow after, string madeBy)
    {
        await InsertPolicy(tx, after, madeBy);
        await tx.Execute(
            """
            UPDATE delegation SET policy_version = @PolicyVersion, policy = @PolicyJson::jsonb,
                policy_hash = @PolicyHash, serves_system = @ServesSystem
            WHERE client_id = @ClientId AND delegation_id = @DelegationId
            """,
            new
            {
                tx.ClientId,
                after.DelegationId,
                after.PolicyVersion,
                after.PolicyJson,
                after.PolicyHash,
                ServesSystem = ServesSystem(after),
            }
        );
    }

    private static Task<int> InsertPolicy(Tx tx, DelegationRow row, string madeBy) =>
        tx.Execute(
            """
            INSERT INTO policy_version (client_id, delegation_id, version, policy_hash, policy, made_by, create_time)
            VALUES (@ClientId, @DelegationId, @PolicyVersion, @PolicyHash, @PolicyJson::jsonb, @madeBy, @Now)
            """,
            new
            {
                tx.ClientId,
                row.DelegationId,
                row.PolicyVersion,
                row.PolicyHash,
                row.PolicyJson,
                madeBy,
                tx.Now,
            }
        );

    private static bool ServesSystem(DelegationRow row) =>
        row.Policy()
            .Clauses.Any(clause => clause.Effect == ClauseEffect.Permit && clause.Actors.Contains(Actor.System));
}

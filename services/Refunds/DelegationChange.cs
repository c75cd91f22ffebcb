using Grpc.Core;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What is done to a delegation; each gives it a new epoch.</summary>
public enum DelegationAct
{
    Grant = 1,
    Suspend = 2,
    Resume = 3,
    Narrow = 4,
    Revoke = 5,
}

/// <summary>
/// What every change of a delegation has in common. The row's lock puts it before or after every admission and every
/// fence; the new epoch stops what was admitted under the old one and was not sent yet.
/// </summary>
public static class DelegationChange
{
    /// <summary>Locks the caller's member row, then the delegation, which nobody has revoked.</summary>
    /// <exception cref="Refusal">The caller has no standing, there is no such delegation, it is another vendor's, or it
    /// is revoked.</exception>
    public static async Task<DelegationRow> Enter(Tx tx, Caller caller, ResourceName name)
    {
        var round = tx.NewRound();
        var members = MemberTable.ManyLocked(round, tx, MemberTable.IdOf(caller));
        DelegationTable.GoFirst(round, name.Id);
        var locked = DelegationTable.Locked(round, tx, name.Id);
        await round.Run();
        var member = MemberTable.Standing(members().FirstOrDefault(), caller);
        var row = locked() ?? throw Errors.Unknown(Errors.DelegationUnknown, name.ToString());
        if (caller.Role == Role.Lead && !string.Equals(row.Vendor, member.Vendor, StringComparison.Ordinal))
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                Errors.OtherVendor,
                "A lead may stop and narrow the delegations of the own vendor only.",
                ("vendor", row.Vendor)
            );
        }
        return row.State == DelegationState.Revoked
            ? throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.DelegationRevoked,
                "The delegation is revoked already."
            )
            : row;
    }

    /// <summary>Saves the row under its next epoch; what waits is looked at anew.</summary>
    public static async Task<V1.Delegation> Save(
        Tx tx,
        ClientProfile client,
        DelegationRow changed,
        DelegationAct act,
        string person,
        string reason
    )
    {
        var after = changed with { Epoch = changed.Epoch + 1, Revision = changed.Revision + 1 };
        DelegationTable.Update(tx, after);
        Record(tx, after, act, person, reason);
        tx.Publish(DelegationWire.Changed(client.Id, after), DelegationWire.NameOf(client.Id, after.DelegationId));
        // What waits for the gateway is withdrawn by the job's fence.
        tx.Wake(SettleRefunds.Job);
        // A damaged policy must not keep alive what somebody ends.
        return after.IntactPolicy() is null
            ? DelegationWire.WithoutPolicy(client.Id, after)
            : DelegationWire.Of(client, after, await BudgetTable.DelegationWide(tx, client, after));
    }

    /// <summary>Keeps who did it and why, with the commit.</summary>
    public static void Record(Tx tx, DelegationRow after, DelegationAct act, string person, string reason) =>
        tx.Last.Execute(
            """
            INSERT INTO delegation_change (client_id, delegation_id, epoch, act, person, reason, create_time)
            VALUES (@ClientId, @DelegationId, @Epoch, @Act, @person, @reason, @Now)
            """,
            new
            {
                tx.ClientId,
                after.DelegationId,
                after.Epoch,
                Act = act.ToString(),
                person,
                reason,
                tx.Now,
            }
        );
}

using Google.Protobuf;
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
/// What every change of a delegation has in common. Its door puts it before or after every admission and every fence;
/// the new epoch stops what was admitted under the old one and was not sent yet.
/// </summary>
public static class DelegationChange
{
    /// <summary>Runs the change once, on the row of a delegation that nobody has revoked: with the request's key the
    /// caller's member row and then the delegation are locked, in one wait.</summary>
    /// <exception cref="Refusal">The caller has no standing, there is no such delegation, it is another vendor's, or it
    /// is revoked; what the change refuses.</exception>
    public static Task<V1.Delegation> Once(
        Call call,
        ResourceName name,
        string requestId,
        IMessage request,
        Func<Tx, DelegationRow, Task<V1.Delegation>> change
    )
    {
        Func<MemberRow>? member = null;
        Func<DelegationRow?>? locked = null;
        return Platform.Data.Once.Run(
            call.Db,
            name.ClientId,
            call.OnceKey(name.ClientId, requestId, request),
            tx => change(tx, Entered(call.Caller, name, member!(), locked!())),
            call.Token,
            (tx, round) =>
            {
                var members = MemberTable.ManyLocked(round, tx, MemberTable.IdOf(call.Caller));
                DelegationDoor.GoFirst(round, name.Id);
                locked = DelegationTable.LockedRow(round, tx, name.Id);
                member = () => MemberTable.Standing(members().FirstOrDefault(), call.Caller);
                // A stored reply, too, is told only to who has standing now.
                return () => member();
            }
        );
    }

    private static DelegationRow Entered(Caller caller, ResourceName name, MemberRow member, DelegationRow? locked)
    {
        var row = locked ?? throw Errors.Unknown(Errors.DelegationUnknown, name.ToString());
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
        // What waits for the gateway is withdrawn by the job.
        tx.Wake(SettleRefunds.Job);
        // A damaged policy must not keep alive what somebody ends, and who stops waits for no sum.
        return after.IntactPolicy() is null
            ? DelegationWire.WithoutPolicy(client.Id, after)
            : DelegationWire.Of(
                client,
                after,
                after.State == DelegationState.Active ? await BudgetTable.DelegationWide(tx, client, after) : []
            );
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

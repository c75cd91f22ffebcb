using Grpc.Core;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Grants authority to a vendor: immutable, content-hashed, with an end.</summary>
public static class CreateDelegation
{
    private const int DaysMax = 366;

    public static Task<V1.Delegation> Handle(CreateDelegationRequest request, Call call)
    {
        StepUp.Require(call);
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.That(request.Delegation is not null, "delegation", "must be set");
        var delegation = request.Delegation ?? new V1.Delegation();
        check.That(Vendors.IsName(delegation.Vendor), "delegation.vendor", "must have the form vendors/{vendor}");
        var start = check.Time(delegation.StartTime, "delegation.start_time", required: true) ?? default;
        var expire = check.Time(delegation.ExpireTime, "delegation.expire_time", required: true) ?? default;
        check.That(
            delegation.ExpireTime is null || (expire > start && expire > call.Now),
            "delegation.expire_time",
            "must be later than start_time and in the future"
        );
        check.That(
            delegation.StartTime is null || expire - start <= TimeSpan.FromDays(DaysMax),
            "delegation.expire_time",
            $"must be at most {DaysMax} days after start_time"
        );
        var policy = new PolicyReader(check, client, ReasonCatalogue.Current).Read(delegation);
        check.RequestId(request.RequestId);
        check.Done();
        var row = new DelegationRow
        {
            DelegationId = call.NewId(),
            Vendor = delegation.Vendor,
            StartTime = start,
            ExpireTime = expire,
            PolicyVersion = 1,
            PolicyJson = policy.ToJson(),
            PolicyHash = policy.Hash(),
            State = DelegationState.Active,
            Epoch = 1,
            GrantedBy = call.Caller.Subject,
            CreateTime = call.Now,
            Revision = 1,
        };
        return call.Once(client.Id, request.RequestId, request, tx => Grant(tx, client, row, call));
    }

    private static async Task<V1.Delegation> Grant(Tx tx, ClientProfile client, DelegationRow row, Call call)
    {
        await MemberTable.Standing(tx, call.Caller, locked: true);
        // Two grants at once would not see each other's row: grants to a vendor take turns.
        await tx.Execute(
            """SELECT pg_advisory_xact_lock(7216, hashtext(@ClientId || ' ' || @Vendor))""",
            new { tx.ClientId, row.Vendor }
        );
        var other = await tx.One<Guid?>(
            """
            SELECT delegation_id FROM delegation WHERE client_id = @ClientId AND vendor = @Vendor
                AND state <> 'Revoked' AND start_time < @ExpireTime AND expire_time > @StartTime
            LIMIT 1
            """,
            new
            {
                tx.ClientId,
                row.Vendor,
                row.StartTime,
                row.ExpireTime,
            }
        );
        if (other is { } id)
        {
            var name = DelegationWire.NameOf(client.Id, id);
            throw new Refusal(
                StatusCode.AlreadyExists,
                Errors.DelegationOverlaps,
                $"{name} is in force at the same time for the same vendor.",
                ("delegation", name)
            );
        }
        await DelegationTable.Insert(tx, row);
        DelegationChange.Record(tx, row, DelegationAct.Grant, row.GrantedBy, "");
        tx.Publish(DelegationWire.Changed(client.Id, row), DelegationWire.NameOf(client.Id, row.DelegationId));
        return DelegationWire.Of(client, row, await BudgetTable.DelegationWide(tx, client, row));
    }
}

using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Lists the delegations of a client, newest first; who can stop one must be able to find it.</summary>
public static class ListDelegations
{
    public static Task<ListDelegationsResponse> Handle(ListDelegationsRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var size = PageToken.Size(request.PageSize, check);
        var question = request.Clone();
        question.PageSize = 0;
        question.PageToken = "";
        var after = PageKey.Read(request.PageToken, question, check);
        check.Done();
        return call.Read(
            client.Id,
            async tx =>
            {
                var rows = await Page(tx, await VendorOf(tx, call.Caller), after, size + 1);
                var page = new ListDelegationsResponse();
                foreach (var row in rows.Take(size))
                {
                    page.Delegations.Add(await WireOf(tx, client, row));
                }
                page.NextPageToken =
                    rows.Count > size
                        ? PageKey.Write(question, rows[size - 1].CreateTime, rows[size - 1].DelegationId)
                        : "";
                return page;
            }
        );
    }

    /// <summary>The vendor whose delegations the caller may see; null for all of the client.</summary>
    private static async Task<string?> VendorOf(Tx tx, Caller caller) =>
        caller.Role is Role.Agent or Role.Lead ? (await MemberTable.Standing(tx, caller, locked: false)).Vendor : null;

    /// <summary>A damaged policy decides nothing and can still be ended, so it is listed without it.</summary>
    private static async Task<V1.Delegation> WireOf(Tx tx, ClientProfile client, DelegationRow row) =>
        row.IntactPolicy() is null
            ? DelegationWire.WithoutPolicy(client.Id, row)
            : DelegationWire.Of(client, row, await BudgetTable.DelegationWide(tx, client, row));

    private static Task<IReadOnlyList<DelegationRow>> Page(
        Tx tx,
        string? vendor,
        (DateTimeOffset Time, Guid Id)? after,
        int limit
    ) =>
        tx.List<DelegationRow>(
            """
            SELECT delegation_id, vendor, start_time, expire_time, policy_version, policy::text AS policy_json,
                policy_hash, state, epoch, granted_by, suspended_by, suspend_reason, suspend_time, revoked_by,
                revoke_reason, revoke_time, create_time, revision
            FROM delegation WHERE client_id = @ClientId
                AND (@vendor::text IS NULL OR vendor = @vendor)
                AND (@AfterTime::timestamptz IS NULL OR (create_time, delegation_id) < (@AfterTime, @AfterId::uuid))
            ORDER BY create_time DESC, delegation_id DESC LIMIT @limit
            """,
            new
            {
                tx.ClientId,
                vendor,
                AfterTime = after?.Time,
                AfterId = after?.Id,
                limit,
            }
        );
}

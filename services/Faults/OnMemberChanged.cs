using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Faults;

/// <summary>Keeps a copy of who may act, so that a suspended person is refused here too.</summary>
public static class OnMemberChanged
{
    private const string Members = "members";

    public static async Task Handle(MemberChanged evt, Tx tx)
    {
        var isMember = ResourceName.TryParse(evt.Member, Members, out var member);
        var isPerson = ResourceName.TryParseTop(evt.Person, "people", out var person);
        if (!isMember || !isPerson || member.Id != person || !OfClient(member, tx) || evt.Revision < 1)
        {
            throw new Refusal(
                StatusCode.InvalidArgument,
                Errors.EventInvalid,
                "The event names no member of its client."
            );
        }

        await MemberTable.Replace(tx, evt);
    }

    private static bool OfClient(ResourceName member, Tx tx) =>
        string.Equals(member.ClientId, tx.ClientId, StringComparison.Ordinal);
}

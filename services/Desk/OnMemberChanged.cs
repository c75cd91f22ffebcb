using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>Keeps a copy of who may act; cases of who may not any more move at once.</summary>
public static class OnMemberChanged
{
    public static async Task Handle(MemberChanged evt, Tx tx)
    {
        var member = Names.RequiredIdIn(tx, evt.Member, Names.Members);
        var isPerson = ResourceName.TryParseTop(evt.Person, "people", out var person);
        if (!isPerson || member != person || evt.Revision < 1)
        {
            throw Names.Invalid("The event names no member of its client.");
        }

        await CaseTable.Enter(tx);
        if (await MemberTable.Replace(tx, person, evt))
        {
            // The first active member takes what nobody could own; one who may own no more gives everything away.
            var open = await Ownership.OpenOf(tx, null);
            await Ownership.Follow(tx, [.. open, .. await Ownership.OpenOf(tx, person)]);
        }
    }
}

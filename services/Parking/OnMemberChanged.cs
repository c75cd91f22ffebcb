using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Parking;

/// <summary>Keeps a copy of who may act, so that a suspended person is refused here too.</summary>
public static class OnMemberChanged
{
    private const string Members = "members";

    public static async Task Handle(MemberChanged evt, Tx tx)
    {
        var member = EventNames.IdOf(tx, evt.Member, Members);
        var isPerson = ResourceName.TryParseTop(evt.Person, "people", out var person);
        if (!isPerson || member != person || evt.Revision < 1)
        {
            throw EventNames.Invalid("The event names no member of its client.");
        }

        await MemberTable.Replace(tx, evt);
    }
}

using Mobility.Desk.V1;
using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>Keeps what a reporter was told, for the tracking page.</summary>
public static class OnReporterTold
{
    public static async Task Handle(ReporterTold evt, Tx tx)
    {
        var message = EventNames.IdOf(tx, evt.Name, Names.Messages);
        var complaint = EventNames.IdOf(tx, evt.Complaint, Names.Complaints);
        if (evt.Template.Length == 0 || evt.TellTime is null)
        {
            throw EventNames.Invalid("The event tells of a message without a template or a time.");
        }

        await ToldMessageTable.Insert(tx, message, complaint, evt);
    }
}

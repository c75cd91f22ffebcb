using Mobility.Faults.V1;
using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>Keeps a copy of which vehicle bears which code.</summary>
public static class OnVehicleChanged
{
    public static async Task Handle(VehicleChanged evt, Tx tx)
    {
        var vehicle = EventNames.IdOf(tx, evt.Vehicle, Names.Vehicles);
        if (evt.Revision < 1 || string.IsNullOrWhiteSpace(evt.PrintedCode))
        {
            throw EventNames.Invalid("The event tells of a vehicle without a code or a revision.");
        }

        await VehicleTable.Replace(tx, vehicle, evt);
    }
}

using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>Returns one vehicle.</summary>
public static class GetVehicle
{
    public static async Task<V1.Vehicle> Handle(GetVehicleRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", Names.Vehicles);
        check.Done();
        var vehicle = await call.Read(name.ClientId, tx => VehicleTable.Find(tx, name.Id));
        return vehicle is null
            ? throw new Refusal(
                StatusCode.NotFound,
                Errors.VehicleNotFound,
                $"There is no vehicle {name}.",
                ("vehicle", name.ToString())
            )
            : Replies.Of(vehicle);
    }
}

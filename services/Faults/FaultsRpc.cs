using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>Hands each RPC to the slice of its name.</summary>
internal sealed class FaultsRpc : FaultsService.FaultsServiceBase
{
    public override Task<V1.Vehicle> RegisterVehicle(RegisterVehicleRequest request, ServerCallContext context) =>
        Faults.RegisterVehicle.Handle(request, Call.Of(context));

    public override Task<V1.Ride> RecordRide(RecordRideRequest request, ServerCallContext context) =>
        Faults.RecordRide.Handle(request, Call.Of(context));

    public override Task<V1.Vehicle> GetVehicle(GetVehicleRequest request, ServerCallContext context) =>
        Faults.GetVehicle.Handle(request, Call.Of(context));

    public override Task<ListRidesResponse> ListRides(ListRidesRequest request, ServerCallContext context) =>
        Faults.ListRides.Handle(request, Call.Of(context));

    public override Task<V1.Fault> CreateFault(CreateFaultRequest request, ServerCallContext context) =>
        Faults.CreateFault.Handle(request, Call.Of(context));

    public override Task<V1.Fault> GetFault(GetFaultRequest request, ServerCallContext context) =>
        Faults.GetFault.Handle(request, Call.Of(context));

    public override Task<V1.ListFaultsResponse> ListFaults(ListFaultsRequest request, ServerCallContext context) =>
        Faults.ListFaults.Handle(request, Call.Of(context));

    public override Task<V1.Fault> ConfirmFault(ConfirmFaultRequest request, ServerCallContext context) =>
        Faults.ConfirmFault.Handle(request, Call.Of(context));

    public override Task<V1.Fault> RejectFault(RejectFaultRequest request, ServerCallContext context) =>
        Faults.RejectFault.Handle(request, Call.Of(context));

    public override Task<V1.Fault> ResolveFault(ResolveFaultRequest request, ServerCallContext context) =>
        Faults.ResolveFault.Handle(request, Call.Of(context));
}

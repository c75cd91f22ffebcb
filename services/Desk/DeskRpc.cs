using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Hands each RPC to the slice of its name.</summary>
public sealed class DeskRpc : DeskService.DeskServiceBase
{
    public override Task<V1.Case> GetCase(GetCaseRequest request, ServerCallContext context) =>
        Desk.GetCase.Handle(request, Call.Of(context));

    public override Task<ListCasesResponse> ListCases(ListCasesRequest request, ServerCallContext context) =>
        Desk.ListCases.Handle(request, Call.Of(context));
}

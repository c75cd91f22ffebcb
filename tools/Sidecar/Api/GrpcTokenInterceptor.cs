using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Mobility.Sidecar.Api;

/// <summary>Asks every gRPC call for the token, when there is one.</summary>
public sealed class GrpcTokenInterceptor(ApiToken token) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    ) =>
        token.Accepts(context.GetHttpContext().Request)
            ? continuation(request, context)
            : throw new RpcException(
                new Status(StatusCode.Unauthenticated, "authentication error: api token mismatch")
            );
}

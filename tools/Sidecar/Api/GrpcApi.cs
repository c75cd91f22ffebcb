using Dapr.Proto.Runtime.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Mobility.Sidecar.Events;
using Mobility.Sidecar.Resources;
using PublishRequest = Mobility.Sidecar.Events.PublishRequest;

namespace Mobility.Sidecar.Api;

/// <summary>The gRPC API of one app id: publish and metadata. The server answers UNIMPLEMENTED to the rest.</summary>
public sealed class GrpcApi(AppState state, Publisher publisher) : Dapr.Proto.Runtime.V1.Dapr.DaprBase
{
    public override async Task<Empty> PublishEvent(PublishEventRequest request, ServerCallContext context)
    {
        Metadata headers = context.RequestHeaders;
        try
        {
            await publisher.Publish(
                new PublishRequest(
                    request.PubsubName,
                    request.Topic,
                    request.DataContentType,
                    request.Data.Memory,
                    Fold(request.Metadata),
                    TraceContext.Of(headers.GetValue("traceparent"), headers.GetValue("tracestate"))
                ),
                context.CancellationToken
            );
            return new Empty();
        }
        catch (ApiError error)
        {
            throw ToRpc(error);
        }
    }

    public override Task<GetMetadataResponse> GetMetadata(GetMetadataRequest request, ServerCallContext context)
    {
        var response = new GetMetadataResponse
        {
            Id = state.Options.AppId,
            RuntimeVersion = AppState.RuntimeVersion,
            AppConnectionProperties = new AppConnectionProperties
            {
                Port = state.Options.AppPort ?? 0,
                Protocol = "http",
                ChannelAddress = state.Options.AppChannelAddress,
                MaxConcurrency = state.Options.AppMaxConcurrency,
            },
        };
        response.ExtendedMetadata.Add(state.Extended.ToDictionary(StringComparer.Ordinal));
        foreach (PubSubComponent component in state.Resources.Components.Values)
        {
            response.RegisteredComponents.Add(
                new RegisteredComponents
                {
                    Name = component.Name,
                    Type = component.Type,
                    Version = PubSubComponent.Version,
                }
            );
        }
        response.Subscriptions.Add(state.Subscriptions.Select(Describe));
        return Task.FromResult(response);
    }

    private static PubsubSubscription Describe(Subscription subscription)
    {
        var rules = new PubsubSubscriptionRules();
        rules.Rules.Add(subscription.Routes.Select(r => new PubsubSubscriptionRule { Match = r.Match, Path = r.Path }));
        return new PubsubSubscription
        {
            PubsubName = subscription.PubSub,
            Topic = subscription.Topic,
            Rules = rules,
            DeadLetterTopic = subscription.DeadLetterTopic,
            Type = PubsubSubscriptionType.Declarative,
        };
    }

    private static Dictionary<string, string> Fold(IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var folded = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in metadata)
            folded.TryAdd(name, value);
        return folded;
    }

    private static RpcException ToRpc(ApiError error)
    {
        // CommonProtos 2.0.0 calls field 1 of ErrorInfo "type", later ones "reason": its number compiles with either.
        var info = new ErrorInfo { Domain = ApiError.Domain };
        ErrorInfo.Descriptor.FindFieldByNumber(1).Accessor.SetValue(info, error.Reason);
        var status = new Google.Rpc.Status
        {
            Code = error.GrpcCode,
            Message = error.Message,
            Details = { Any.Pack(info) },
        };
        var trailers = new Metadata { { "grpc-status-details-bin", status.ToByteArray() } };
        return new RpcException(new Grpc.Core.Status((StatusCode)error.GrpcCode, error.Message), trailers);
    }
}

using Dapr.Proto.Runtime.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Mobility.Sidecar;
using Xunit;
using DaprApi = Dapr.Proto.Runtime.V1.Dapr;

namespace Mobility.Tests.Platform;

/// <summary>The gRPC API, which is the one that Dapr's clients publish through; and several app ids in one
/// process.</summary>
public class SidecarGrpcTests
{
    /// <summary>The component and its type; classes derived from this one run the same facts on another
    /// broker.</summary>
    protected virtual string PubSub(params (string Name, string Value)[] metadata) => SidecarYaml.PubSub(metadata);

    protected virtual string Type => "pubsub.in-memory";

    [Fact]
    public async Task Publishing_delivers_and_metadata_lists_what_runs()
    {
        await using SidecarRig rig = await SidecarRig.Start(PubSub(), SidecarYaml.Subscribe("orders"));
        using GrpcChannel channel = GrpcChannel.ForAddress(rig.Sidecar.Grpc);
        var client = new DaprApi.DaprClient(channel);
        var request = Publish("pubsub", "orders", """{"a":1}""");
        request.Metadata.Add("cloudevent.id", "by-grpc");
        await client.PublishEventAsync(request);
        Assert.Equal("by-grpc", (await rig.App.Next("/orders")).Id);
        GetMetadataResponse metadata = await client.GetMetadataAsync(new GetMetadataRequest());
        Assert.Equal("app", metadata.Id);
        Assert.Equal("orders", Assert.Single(metadata.Subscriptions).Topic);
        Assert.Equal(Type, Assert.Single(metadata.RegisteredComponents).Type);
    }

    [Fact]
    public async Task Refusals_carry_codes_and_details_and_unknown_methods_are_unimplemented()
    {
        using SidecarYaml yaml = SidecarYaml.Of(PubSub(("protectedTopics", "closed")));
        var settings = new SidecarSettings(DaprApiToken: "secret");
        await using TestSidecar sidecar = await TestSidecar.Start(yaml.Folder, null, [], settings);
        using GrpcChannel channel = GrpcChannel.ForAddress(sidecar.Grpc);
        var headers = new Metadata { { "dapr-api-token", "secret" } };
        var client = new DaprApi.DaprClient(channel);
        Assert.Equal(StatusCode.Unauthenticated, (await Refused(Publish("pubsub", "t", "{}"), [])).StatusCode);
        RpcException unknown = await Refused(Publish("other", "t", "{}"), headers);
        Assert.Equal(StatusCode.InvalidArgument, unknown.StatusCode);
        Assert.Equal("pubsub other is not found", unknown.Status.Detail);
        Assert.Equal("DAPR_PUBSUB_NOT_FOUND", ReasonOf(unknown));
        Assert.Equal(
            StatusCode.PermissionDenied,
            (await Refused(Publish("pubsub", "closed", "{}"), headers)).StatusCode
        );
        Assert.Equal(StatusCode.InvalidArgument, (await Refused(Publish("pubsub", "", "{}"), headers)).StatusCode);

        var missing = new Method<GetMetadataRequest, GetMetadataResponse>(
            MethodType.Unary,
            "dapr.proto.runtime.v1.Dapr",
            "GetState",
            Marshaller(GetMetadataRequest.Parser),
            Marshaller(GetMetadataResponse.Parser)
        );
        RpcException unimplemented = await Assert.ThrowsAsync<RpcException>(async () =>
            await channel
                .CreateCallInvoker()
                .AsyncUnaryCall(missing, null, new CallOptions(headers), new GetMetadataRequest())
        );
        Assert.Equal(StatusCode.Unimplemented, unimplemented.StatusCode);

        Task<RpcException> Refused(PublishEventRequest request, Metadata sent) =>
            Assert.ThrowsAsync<RpcException>(async () => await client.PublishEventAsync(request, sent));
    }

    [Fact]
    public async Task Several_app_ids_in_one_process_share_the_broker_and_keep_their_scopes()
    {
        if (SidecarProcess.IsDaprd)
            return;
        using SidecarYaml yaml = SidecarYaml.Of(
            PubSub(("publishingScopes", "app=orders;second=")),
            SidecarYaml.Subscribe("orders", scopes: "second"),
            SidecarYaml.Subscribe("orders", "/own", scopes: "app")
        );
        await using ScriptedApp app = await ScriptedApp.Start();
        await using ScriptedApp second = await ScriptedApp.Start();
        int http = FreePort.Next();
        int grpc = FreePort.Next();
        string[] more = ["--and", .. TestSidecar.Flags(yaml.Folder, second.Port, "second", http, grpc)];
        await using TestSidecar sidecar = await TestSidecar.Start(yaml.Folder, app.Port, more);
        await sidecar.SendId("orders", "for-both");
        Assert.Equal("for-both", (await second.Next("/orders")).Id);
        Assert.Equal("for-both", (await app.Next("/own")).Id);
        using var otherApi = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{http}") };
        using HttpResponseMessage refused = await otherApi.PostAsync("/v1.0/publish/pubsub/orders", content: null);
        Assert.Equal(403, (int)refused.StatusCode);
    }

    private static PublishEventRequest Publish(string pubsub, string topic, string data) =>
        new()
        {
            PubsubName = pubsub,
            Topic = topic,
            Data = ByteString.CopyFromUtf8(data),
            DataContentType = "application/json",
        };

    private static Marshaller<T> Marshaller<T>(MessageParser<T> parser)
        where T : IMessage<T> =>
        Marshallers.Create<T>(
            (message, context) => context.Complete(message.ToByteArray()),
            context => parser.ParseFrom(context.PayloadAsNewBuffer())
        );

    private static string ReasonOf(RpcException error)
    {
        byte[] bytes = error.Trailers.GetValueBytes("grpc-status-details-bin")!;
        var status = Google.Rpc.Status.Parser.ParseFrom(bytes);
        // The package names field 1 of ErrorInfo "type"; on the wire it is the reason.
        return Assert.Single(status.Details).Unpack<ErrorInfo>().Type;
    }
}

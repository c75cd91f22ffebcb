using System.Text.Json.Nodes;

namespace Mobility.Sidecar.Api;

/// <summary>A refused API call, with what HTTP and gRPC each answer. The texts are daprd's.</summary>
/// <param name="httpStatus">Status of the HTTP answer.</param>
/// <param name="grpcCode">Number of the gRPC status.</param>
/// <param name="errorCode">errorCode of the HTTP answer, as ERR_PUBSUB_NOT_FOUND.</param>
/// <param name="reason">Reason of the google.rpc.ErrorInfo, as DAPR_PUBSUB_NOT_FOUND.</param>
#pragma warning disable RCS1194 // Made only by the factories below, which give every part.
public sealed class ApiError(int httpStatus, int grpcCode, string errorCode, string reason, string message)
    : Exception(message)
#pragma warning restore RCS1194
{
    private const int InvalidArgument = 3;
    private const int PermissionDenied = 7;
    private const int FailedPrecondition = 9;
    private const int Unimplemented = 12;
    private const int Internal = 13;

    public const string Domain = "dapr.io";

    public int HttpStatus => httpStatus;
    public int GrpcCode => grpcCode;
    public string ErrorCode => errorCode;
    public string Reason => reason;

    public static ApiError NotConfigured(string pubsub) =>
        new(
            400,
            FailedPrecondition,
            "ERR_PUBSUB_NOT_CONFIGURED",
            "DAPR_PUBSUB_NOT_CONFIGURED",
            $"pubsub {pubsub} is not configured"
        );

    public static ApiError NotFound(string pubsub) =>
        new(404, InvalidArgument, "ERR_PUBSUB_NOT_FOUND", "DAPR_PUBSUB_NOT_FOUND", $"pubsub {pubsub} is not found");

    public static ApiError NameEmpty() =>
        new(404, InvalidArgument, "ERR_PUBSUB_EMPTY", "DAPR_PUBSUB_NAME_EMPTY", "pubsub name is empty");

    public static ApiError TopicEmpty(string pubsub) =>
        new(
            404,
            InvalidArgument,
            "ERR_TOPIC_NAME_EMPTY",
            "DAPR_PUBSUB_TOPIC_NAME_EMPTY",
            $"topic is empty in pubsub {pubsub}"
        );

    public static ApiError Metadata(string what) =>
        new(
            400,
            InvalidArgument,
            "ERR_PUBSUB_REQUEST_METADATA",
            "DAPR_PUBSUB_METADATA_DESERIALIZATION",
            $"failed deserializing metadata. Error: {what}"
        );

    public static ApiError NotACloudEvent() =>
        new(
            500,
            InvalidArgument,
            "ERR_PUBSUB_CLOUD_EVENTS_SER",
            "DAPR_PUBSUB_CLOUD_EVENT_CREATION",
            "cannot create cloudevent"
        );

    public static ApiError Forbidden(string topic, string appId) =>
        new(
            403,
            PermissionDenied,
            "ERR_PUBSUB_FORBIDDEN",
            "DAPR_PUBSUB_FORBIDDEN",
            $"topic {topic} is not allowed for app id {appId}"
        );

    public static ApiError NotPublished(string pubsub, string topic, string why) =>
        new(
            500,
            Internal,
            "ERR_PUBSUB_PUBLISH_MESSAGE",
            "DAPR_PUBSUB_PUBLISH_MESSAGE",
            $"error when publishing to topic {topic} in pubsub {pubsub}: {why}"
        );

    /// <summary>For everything that daprd can do and this sidecar cannot.</summary>
    public static ApiError Unsupported(string what) =>
        new(
            501,
            Unimplemented,
            "ERR_NOT_SUPPORTED",
            "MOBILITY_SIDECAR_NOT_SUPPORTED",
            $"{what} is not supported by the local sidecar"
        );

    /// <summary>The body of the HTTP answer.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["errorCode"] = ErrorCode,
            ["message"] = Message,
            ["details"] = new JsonArray(
                new JsonObject
                {
                    ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo",
                    ["domain"] = Domain,
                    ["reason"] = Reason,
                }
            ),
        };
}

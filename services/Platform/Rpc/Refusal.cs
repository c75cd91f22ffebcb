using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace Mobility.Platform.Rpc;

/// <summary>One violated field.</summary>
/// <param name="Field">Path as in the proto, "fault.position".</param>
/// <param name="Description">What is wrong, in English, for developers.</param>
public sealed record Violation(string Field, string Description);

/// <summary>An expected error: a rule said no. Mapped once to google.rpc.Status.</summary>
public sealed class Refusal : Exception
{
    /// <summary>Trailer in which gRPC carries a google.rpc.Status.</summary>
    public const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>Makes a refusal.</summary>
    /// <param name="code">gRPC status.</param>
    /// <param name="reason">UPPER_SNAKE, at most 63 characters, one of the service's catalogue.</param>
    /// <param name="message">English sentence; every value in it stands in the metadata too.</param>
    /// <param name="metadata">Values that clients may show.</param>
    public Refusal(StatusCode code, string reason, string message, params (string Key, string Value)[] metadata)
        : base(message)
    {
        Code = code;
        Reason = reason;
        Metadata = metadata.ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal);
    }

    /// <summary>gRPC status.</summary>
    public StatusCode Code { get; }

    /// <summary>Reason of the ErrorInfo.</summary>
    public string Reason { get; }

    /// <summary>Values of the ErrorInfo.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Every violated field, for FIELD_INVALID.</summary>
    public IReadOnlyList<Violation> Violations { get; init; } = [];

    /// <summary>When a client may try again, for RESOURCE_EXHAUSTED and UNAVAILABLE.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>INVALID_ARGUMENT with every violation at once.</summary>
    public static Refusal Fields(IReadOnlyList<Violation> violations) =>
        new(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            string.Join(" ", violations.Select(v => $"{v.Field}: {v.Description}."))
        )
        {
            Violations = violations,
        };

    /// <summary>The wire form: a status with ErrorInfo, BadRequest and RetryInfo in its details trailer.</summary>
    /// <param name="domain">"{service}.mobility".</param>
    public RpcException ToRpcException(string domain)
    {
        var status = new Status { Code = (int)Code, Message = Message };
        // CommonProtos 2.0.0 calls field 1 of ErrorInfo "type", later ones "reason": its number compiles with either.
        var info = new ErrorInfo { Domain = domain };
        ErrorInfo.Descriptor.FindFieldByNumber(1).Accessor.SetValue(info, Reason);
        info.Metadata.Add(Metadata.ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal));
        status.Details.Add(Any.Pack(info));
        if (Violations.Count > 0)
        {
            var bad = new BadRequest();
            bad.FieldViolations.AddRange(
                Violations.Select(v => new BadRequest.Types.FieldViolation
                {
                    Field = v.Field,
                    Description = v.Description,
                })
            );
            status.Details.Add(Any.Pack(bad));
        }
        if (RetryAfter is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }
        var trailers = new Metadata { { DetailsTrailer, status.ToByteArray() } };
        // HTTP/2 header fields carry the message percent-encoded; long lists of violations stay whole in the details.
        var message = Message.Length <= 1000 ? Message : Message[..1000];
        return new RpcException(new Grpc.Core.Status(Code, message), trailers);
    }
}

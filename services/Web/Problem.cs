using Google.Rpc;
using Grpc.Core;
using Mobility.Platform.Rpc;

namespace Mobility.Web;

/// <summary>Why something did not come about, as a service or this one says it.</summary>
/// <param name="Code">gRPC status.</param>
/// <param name="Reason">Reason of the service's catalogue, such as "COMPLAINT_NOT_FOUND".</param>
/// <param name="Message">English sentence for developers; never on a page.</param>
/// <param name="Violations">Every field that was wrong.</param>
/// <param name="Metadata">Values that may be shown.</param>
/// <param name="RetryAfter">When to try again, if the service says.</param>
public sealed record Problem(
    StatusCode Code,
    string Reason,
    string Message,
    IReadOnlyList<Violation> Violations,
    IReadOnlyDictionary<string, string> Metadata,
    TimeSpan? RetryAfter
)
{
    /// <summary>Does the service not answer now?</summary>
    public bool IsAway => Code is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled;

    /// <summary>Said of a request id that came with another content before.</summary>
    public const string RequestIdReused = "REQUEST_ID_REUSED";

    /// <summary>
    /// The status of a form that is shown again to be put right: a page like any other. A person who forgot a field
    /// made no error of the browser's, whose console would call it one. What nobody can put right keeps its status.
    /// </summary>
    public int FormStatus => HttpStatus is 400 or 404 or 409 or 422 ? StatusCodes.Status200OK : HttpStatus;

    /// <summary>The HTTP status that says the same.</summary>
    public int HttpStatus =>
        Code switch
        {
            StatusCode.InvalidArgument or StatusCode.OutOfRange => 400,
            StatusCode.Unauthenticated => 401,
            StatusCode.PermissionDenied => 403,
            StatusCode.NotFound => 404,
            StatusCode.AlreadyExists or StatusCode.Aborted => 409,
            StatusCode.FailedPrecondition => 422,
            StatusCode.ResourceExhausted => 429,
            StatusCode.Unimplemented => 501,
            StatusCode.Unavailable => 503,
            StatusCode.DeadlineExceeded => 504,
            _ => 500,
        };

    /// <summary>A problem that this service found itself.</summary>
    public static Problem Own(StatusCode code, string reason, string message, params Violation[] violations) =>
        new(code, reason, message, violations, new Dictionary<string, string>(StringComparer.Ordinal), null);

    /// <summary>What this service's own database or rules refused.</summary>
    public static Problem Of(Refusal refusal) =>
        new(refusal.Code, refusal.Reason, refusal.Message, refusal.Violations, refusal.Metadata, refusal.RetryAfter);

    /// <summary>Reads what a service said.</summary>
    public static Problem Of(RpcException error)
    {
        if (error.Trailers.GetValueBytes(Refusal.DetailsTrailer) is not { } bytes)
        {
            return Own(error.StatusCode, "", error.Status.Detail);
        }
        var status = Google.Rpc.Status.Parser.ParseFrom(bytes);
        var (reason, metadata) = InfoOf(status);
        return new Problem(
            error.StatusCode,
            reason,
            status.Message,
            [
                .. status
                    .Details.Where(d => d.Is(BadRequest.Descriptor))
                    .SelectMany(d => d.Unpack<BadRequest>().FieldViolations)
                    .Select(v => new Violation(v.Field, v.Description)),
            ],
            metadata,
            status.Details.FirstOrDefault(d => d.Is(RetryInfo.Descriptor))?.Unpack<RetryInfo>().RetryDelay?.ToTimeSpan()
        );
    }

    /// <summary>The status as its specification spells it, "NOT_FOUND".</summary>
    public static string CodeName(StatusCode code) =>
        string.Concat(code.ToString().Select((c, n) => n > 0 && char.IsUpper(c) ? $"_{c}" : $"{c}")).ToUpperInvariant();

    private static (string Reason, IReadOnlyDictionary<string, string> Metadata) InfoOf(Google.Rpc.Status status)
    {
        if (status.Details.FirstOrDefault(d => d.Is(ErrorInfo.Descriptor)) is not { } any)
        {
            return ("", new Dictionary<string, string>(StringComparer.Ordinal));
        }
        var info = any.Unpack<ErrorInfo>();
        // Field 1 is called "type" in the older package and "reason" in the newer: its number is the same in both.
        var reason = (string)ErrorInfo.Descriptor.FindFieldByNumber(1).Accessor.GetValue(info);
        return (reason, info.Metadata.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal));
    }
}

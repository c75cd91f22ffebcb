using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Mobility.Web.Api;

/// <summary>What the OpenAPI document says of a route, and no more than its gRPC twin does.</summary>
/// <param name="Id">Name of the RPC.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Body">What is sent; null for nothing.</param>
/// <param name="LeftOut">Fields of the body that the path or the header says.</param>
/// <param name="Reply">What comes back.</param>
/// <param name="HasEffect">Does it change something, and so need a key?</param>
/// <param name="NeedsToken">Is it for riders, rather than for everybody?</param>
/// <param name="IsList">Does it come in pages?</param>
public sealed record Twin(
    string Id,
    string Summary,
    MessageDescriptor? Body,
    IReadOnlyList<string> LeftOut,
    MessageDescriptor Reply,
    bool HasEffect,
    bool NeedsToken,
    bool IsList
)
{
    /// <summary>Header that makes repeats of a call have one effect: a random UUID.</summary>
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>A photo of 3 MiB in base 64 and its frame.</summary>
    private const int BodyBytes = 5 * 1024 * 1024;

    private static readonly JsonFormatter Formatter = new(
        JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithFormatDefaultValues(true)
    );
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithRecursionLimit(20));

    /// <summary>Reads a body in proto JSON, names as in the proto.</summary>
    /// <exception cref="BadHttpRequestException">It is none.</exception>
    public static async Task<T> Read<T>(HttpContext http)
        where T : IMessage<T>, new()
    {
        if (!http.Request.HasJsonContentType())
        {
            throw new BadHttpRequestException("The body must be application/json.", 415);
        }
        using var reader = new StreamReader(new BoundedStream(http.Request.Body, BodyBytes));
        var text = await reader.ReadToEndAsync(http.RequestAborted);
        try
        {
            return Parser.Parse<T>(text);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or FormatException)
        {
            throw new BadHttpRequestException($"The body is not what the document says: {e.Message}", e);
        }
    }

    /// <summary>The reply in proto JSON.</summary>
    public static async Task<IResult> Answer<T>(AsyncUnaryCall<T> call)
        where T : IMessage<T> => Results.Text(Formatter.Format(await call), "application/json");

    /// <summary>Who calls: the token of the header, passed on as it is.</summary>
    public static CallOptions OptionsOf(HttpContext http)
    {
        const string scheme = "Bearer ";
        var authorization = http.Request.Headers.Authorization.ToString();
        var token = authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? authorization[scheme.Length..].Trim()
            : null;
        return Backends.For(http, token);
    }

    public static string KeyOf(HttpContext http) => http.Request.Headers[KeyHeader].ToString();

    public static string Route(HttpContext http, string name) => http.Request.RouteValues[name]!.ToString()!;

    public static int PageSize(HttpContext http) =>
        int.TryParse(http.Request.Query["page_size"], out var size) ? size : 0;
}

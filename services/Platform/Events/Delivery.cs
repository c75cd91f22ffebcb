using System.Globalization;
using Microsoft.AspNetCore.Http;
using Mobility.Platform.Data;

namespace Mobility.Platform.Events;

/// <summary>An event as the sidecar brought it: the attributes of its envelope and the bytes of its data.</summary>
/// <param name="EventId">The id, a UUID.</param>
/// <param name="ClientId">The client, "*" when it concerns none.</param>
/// <param name="Source">"{service}/{incarnation}".</param>
/// <param name="Sequence">Number within the source; 0 for control events, which have none.</param>
/// <param name="Type">Proto full name.</param>
/// <param name="Subject">Name of the resource.</param>
/// <param name="Data">proto3 JSON in UTF-8.</param>
/// <param name="Topic">Topic on which it came.</param>
internal sealed record Delivery(
    Guid EventId,
    string ClientId,
    string Source,
    long Sequence,
    string Type,
    string Subject,
    byte[] Data,
    string Topic
)
{
    /// <summary>Beginning of the headers that hold the envelope's attributes.</summary>
    public const string Prefix = "Cloudevent.";

    /// <summary>Does the service that published it own the topic?</summary>
    public bool OwnsTopic => string.Equals(Source.Split('/', 2)[0], Topic, StringComparison.Ordinal);

    /// <summary>Is it a watermark or a replay request?</summary>
    public bool IsControl => string.Equals(Topic, GapHealing.ControlTopic, StringComparison.Ordinal);

    /// <summary>What logs may say of it: never its data.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{EventId} {Type} {Source} {Sequence}");

    /// <summary>Reads a request whose envelope UseCloudEvents has turned into headers; null when it is no event of
    /// ours.</summary>
    public static async Task<Delivery?> Read(HttpRequest request, CancellationToken token)
    {
        string Header(string name) => request.Headers[Prefix + name].ToString();
        using var data = new MemoryStream();
        await request.Body.CopyToAsync(data, token);
        var named = Guid.TryParseExact(Header("id"), "D", out var id);
        var client = Header("clientid") is { Length: > 0 } slug ? slug : Db.AllClients;
        _ = long.TryParse(Header("sequence"), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence);
        var (source, type, subject) = (Header("source"), Header("type"), Header("subject"));
        return named && source.Length > 0 && type.Length > 0
            ? new Delivery(id, client, source, sequence, type, subject, data.ToArray(), Header("topic"))
            : null;
    }
}

using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Mobility.Platform.Data;

namespace Mobility.Platform.Events;

/// <summary>An event as the sidecar brought it: the attributes of its envelope and the bytes of its data.</summary>
/// <param name="EventId">The id, a UUID.</param>
/// <param name="Source">"{service}/{incarnation}".</param>
/// <param name="Sequence">Number within the source; 0 for control events, which have none.</param>
/// <param name="Type">Proto full name.</param>
/// <param name="Subject">Name of the resource.</param>
/// <param name="ClientId">The client, "*" when it concerns none.</param>
/// <param name="Topic">Topic on which it came.</param>
/// <param name="Data">proto3 JSON.</param>
internal sealed record Delivery(
    Guid EventId,
    string Source,
    long Sequence,
    string Type,
    string Subject,
    string ClientId,
    string Topic,
    string Data
)
{
    /// <summary>The service that published it.</summary>
    public string Publisher => Source.Split('/', 2)[0];

    /// <summary>The data as stored when it is kept aside.</summary>
    public byte[] Bytes => Encoding.UTF8.GetBytes(Data);

    /// <summary>Reads a request whose envelope UseCloudEvents has turned into headers; null when it is no event of
    /// ours.</summary>
    public static async Task<Delivery?> Read(HttpRequest request, CancellationToken token)
    {
        string Header(string name) => request.Headers[$"Cloudevent.{name}"].ToString();
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var data = await reader.ReadToEndAsync(token);
        var numbered = long.TryParse(
            Header("sequence"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var sequence
        );
        if (
            !Guid.TryParseExact(Header("id"), "D", out var id)
            || Header("source").Length == 0
            || Header("type").Length == 0
        )
        {
            return null;
        }
        return new Delivery(
            id,
            Header("source"),
            numbered ? sequence : 0,
            Header("type"),
            Header("subject"),
            Header("clientid") is { Length: > 0 } client ? client : Db.AllClients,
            Header("topic"),
            data
        );
    }
}

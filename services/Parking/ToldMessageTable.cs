using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>Statements on what reporters were told.</summary>
internal static class ToldMessageTable
{
    /// <summary>More than a complaint is ever told.</summary>
    private const int MessagesMax = 100;

    /// <summary>Keeps a message once, whenever its event comes.</summary>
    public static Task<int> Insert(Tx tx, Guid id, Guid complaint, ReporterTold told) =>
        tx.Execute(
            """
            INSERT INTO told_messages (client_id, id, complaint_id, template, template_values, tell_time)
            VALUES (@ClientId, @id, @complaint, @Template, @Values::jsonb, @Time)
            ON CONFLICT (client_id, id) DO NOTHING
            """,
            new
            {
                tx.ClientId,
                id,
                complaint,
                told.Template,
                Values = JsonSerializer.Serialize(told.Values.ToDictionary(v => v.Key, v => v.Value)),
                Time = told.TellTime.ToDateTimeOffset(),
            }
        );

    /// <summary>Those about a complaint, oldest first.</summary>
    public static async Task<IEnumerable<ToldMessage>> Of(Tx tx, Guid complaint)
    {
        var rows = await tx.List<Row>(
            """
            SELECT template, template_values::text AS template_values, tell_time FROM told_messages
            WHERE client_id = @ClientId AND complaint_id = @complaint
            ORDER BY tell_time, id LIMIT @MessagesMax
            """,
            new
            {
                tx.ClientId,
                complaint,
                MessagesMax,
            }
        );
        return rows.Select(row => new ToldMessage
        {
            Template = row.Template,
            Values = { JsonSerializer.Deserialize<Dictionary<string, string>>(row.TemplateValues) },
            TellTime = row.TellTime.ToTimestamp(),
        });
    }

    private sealed record Row
    {
        public string Template { get; init; } = "";
        public string TemplateValues { get; init; } = "";
        public DateTimeOffset TellTime { get; init; }
    }
}

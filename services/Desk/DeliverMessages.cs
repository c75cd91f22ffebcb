using System.Globalization;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Mobility.Desk.V1;
using Mobility.Platform;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>
/// Puts what is due where the person can read it: into the inbox, which is this service's own list; onto the tracking
/// page, which Parking shows, by an event; and, where a file is set, as a line for another system that sends it on.
/// </summary>
public static class DeliverMessages
{
    public const string Job = "deliver-messages";

    /// <summary>Path of a file that gets a line of JSON for each message put somewhere: names, template and values,
    /// never a text that a person wrote.</summary>
    public const string FileSetting = "MOBILITY_MESSAGE_FILE";

    /// <summary>A commit wakes the job; the interval is for what quiet hours held back.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Messages of one transaction.</summary>
    private const int BatchSize = 200;

    public static async Task Run(JobContext job)
    {
        var file = job.Settings.Own.GetValueOrDefault(FileSetting);
        foreach (var client in job.Clients.All)
        {
            int delivered;
            do
            {
                delivered = await job.Db.InTransaction(client.Id, tx => Deliver(tx, file), job.Token);
            } while (delivered == BatchSize);
        }
    }

    private static async Task<int> Deliver(Tx tx, string? file)
    {
        var due = await MessageTable.Due(tx, BatchSize);
        if (due.Count == 0)
        {
            return 0;
        }

        var delivered = await MessageTable.Delivered(tx, [.. due.Select(message => message.Id)]);
        foreach (var told in delivered.Where(message => message.Place == MessagePlace.TrackingPage))
        {
            tx.Publish(EventOf(told, tx.Now), told.Name);
        }

        if (file is not null)
        {
            // One writes at a time, whichever process it is in: a second one would be refused the file.
            await tx.Execute("""SELECT pg_advisory_xact_lock(7220)""");
            // Written before the commit: after a crash between the two a line is there twice, under the same name.
            await File.AppendAllLinesAsync(file, delivered.Select(message => Line(message, tx.Now)), tx.Token);
        }

        return due.Count;
    }

    private static ReporterTold EventOf(MessageRow told, DateTimeOffset now) =>
        new()
        {
            Name = told.Name,
            Complaint = told.Recipient,
            Template = told.Template,
            Values = { JsonSerializer.Deserialize<Dictionary<string, string>>(told.ToldValues)! },
            TellTime = now.ToTimestamp(),
        };

    private static string Line(MessageRow told, DateTimeOffset now) =>
        JsonSerializer.Serialize(
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["message"] = told.Name,
                ["recipient"] = told.Recipient,
                ["subject"] = told.Subject,
                ["kind"] = told.Kind,
                ["template"] = told.Template,
                ["values"] = JsonSerializer.Deserialize<SortedDictionary<string, string>>(told.ToldValues)!,
                ["language"] = told.Language,
                ["place"] = told.Place.ToString(),
                ["deliver_time"] = now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            }
        );
}

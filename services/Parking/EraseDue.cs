using Mobility.Platform;
using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>Erases what is past its time: contacts, photos, records of readings, counts of look-ups. In steps, so that
/// locks stay short.</summary>
public static class EraseDue
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>As long as the contact: until nobody appeals any more (confirm with counsel).</summary>
    public static readonly TimeSpan PhotosKeptFor = TimeSpan.FromDays(90);

    /// <summary>Who read a contact can be asked for that long (confirm with counsel).</summary>
    public static readonly TimeSpan ReadsKeptFor = TimeSpan.FromDays(2 * 365);

    private static readonly TimeSpan LookUpsKeptFor = TimeSpan.FromHours(1);
    private const int StepRows = 500;

    public static async Task Run(JobContext job)
    {
        while (await job.Db.InTransaction(Db.AllClients, Step, job.Token) >= StepRows)
        {
            // A full step leaves more behind.
        }
    }

    private static async Task<int> Step(Tx tx)
    {
        var contacts = await tx.Execute(
            """
            DELETE FROM contacts WHERE (client_id, complaint_id) IN (
                SELECT client_id, complaint_id FROM contacts WHERE erase_after <= @Now
                ORDER BY erase_after LIMIT @StepRows)
            """,
            new { tx.Now, StepRows }
        );
        var photos = await tx.Execute(
            """
            DELETE FROM photos WHERE (client_id, id) IN (
                SELECT photos.client_id, photos.id FROM complaints
                JOIN photos ON photos.client_id = complaints.client_id AND photos.complaint_id = complaints.id
                WHERE complaints.end_time <= @Before LIMIT @StepRows)
            """,
            new { Before = tx.Now - PhotosKeptFor, StepRows }
        );
        var reads = await tx.Execute(
            """
            DELETE FROM contact_reads WHERE (client_id, id) IN (
                SELECT client_id, id FROM contact_reads WHERE read_time <= @Before LIMIT @StepRows)
            """,
            new { Before = tx.Now - ReadsKeptFor, StepRows }
        );
        await tx.Execute(
            """
            DELETE FROM look_ups WHERE client_id = '*' AND minute <= @Before
            """,
            new { Before = tx.Now - LookUpsKeptFor }
        );
        return Math.Max(contacts, Math.Max(photos, reads));
    }
}

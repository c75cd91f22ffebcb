using Google.Protobuf;
using Mobility.Parking.V1;
using Xunit;
using static Mobility.Tests.Parking.ParkingHouseActs;

namespace Mobility.Tests.Parking;

/// <summary>What people write and how they are reached stands in the column made for it and nowhere else: in no log, no
/// event, no other column, not even in what is stored for repeats.</summary>
public sealed class MarkerTests
{
    private const string Marker = "Zm4rk3r";

    private static readonly HashSet<string> Owners = new(StringComparer.Ordinal)
    {
        "complaints.note",
        "complaints.decision_note",
        "complaints.reopen_note",
        "complaints.split_note",
        "feedback.text",
        "removals.note",
        "contact_reads.purpose",
    };

    [Fact]
    public async Task Words_and_contacts_stay_where_they_belong()
    {
        await using var house = await ParkingHouse.Open();
        var codes = await Story(house);

        var columns = await house.Service.Rows<(string Table, string Column, string Type)>(
            """
            SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL) FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT a.attisdropped
                AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
            """
        );
        Assert.True(columns.Count > 100);
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (table, column, type) in columns)
        {
            var text = type == "bytea" ? $"encode({column}, 'escape')" : $"{column}::text";
            foreach (var secret in codes.Append(Marker))
            {
                var rows = await house.Service.Rows<int>(
                    $"SELECT 1 FROM {table} WHERE {text} ILIKE '%' || @secret || '%' LIMIT 1",
                    new { secret }
                );
                if (rows.Count > 0)
                {
                    found.Add($"{table}.{column}");
                }
            }
        }

        Assert.Equal(Owners.Order(), found.Order());
        Assert.DoesNotContain(
            house.Service.LogLines,
            line => codes.Append(Marker).Any(s => line.Contains(s, StringComparison.OrdinalIgnoreCase))
        );
    }

    /// <summary>What somebody without an account is told holds nothing of a neighbour or of staff.</summary>
    [Fact]
    public async Task A_reporter_is_told_nothing_of_neighbours_and_staff()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var marked = house.Complaining("GN-0001", $"{Marker}-9");
        marked.Complaint.Note = Marker;
        marked.Complaint.Contact = Marker;
        var neighbour = await house.File(marked);
        var mine = await house.File("GN-0001");
        var upholding = house.Upholding(neighbour.Name);
        upholding.Note = Marker;
        await house.Rpc.UpholdComplaintAsync(upholding, house.AsAgent);
        await house.Resolve(neighbour.Name);
        await house.Rpc.GiveComplaintFeedbackAsync(Saying(neighbour.TrackingCode, Marker));
        IMessage[] told =
        [
            await house.Track(mine.TrackingCode),
            await house.Reopen(mine.TrackingCode),
            await house.Withdraw(mine.TrackingCode),
            await house.File("GN-0001"),
        ];

        foreach (var reply in told)
        {
            var text = reply.ToString()!;
            Assert.DoesNotContain(Marker, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("people/", text, StringComparison.Ordinal);
            Assert.DoesNotContain("/vehicles/", text, StringComparison.Ordinal);
            Assert.DoesNotContain(neighbour.Name, text, StringComparison.Ordinal);
            Assert.DoesNotContain("/riders/", text, StringComparison.Ordinal);
        }
    }

    /// <summary>Everything that can be written is written, with the marker in it; the codes that were told.</summary>
    private static async Task<IReadOnlyList<string>> Story(ParkingHouse house)
    {
        await house.Vehicle("GN-0001");
        var first = house.Complaining("GN-0001");
        first.Complaint.Note = $"note {Marker}";
        first.Complaint.Contact = $"{Marker} 010-1234-5678";
        var filed = await house.File(first);
        var second = await house.File("GN-0001");
        await house.Rpc.GetComplaintContactAsync(
            new GetComplaintContactRequest { Name = filed.Name, Purpose = $"purpose {Marker}" },
            house.AsAgent
        );
        var upholding = house.Upholding(filed.Name);
        upholding.Note = $"decision {Marker}";
        await house.Rpc.UpholdComplaintAsync(upholding, house.AsAgent);
        var dispatching = house.Dispatching(filed.Name);
        dispatching.Note = $"for the crew {Marker}";
        await house.Rpc.DispatchComplaintAsync(dispatching, house.AsAgent);
        await house.Resolve(filed.Name);
        var said = await house.Rpc.GiveComplaintFeedbackAsync(Saying(filed.TrackingCode, $"feedback {Marker}"));
        Assert.Contains(Marker, said.Feedback.Text, StringComparison.Ordinal);
        var reopening = Reopening(filed.TrackingCode);
        reopening.Note = $"again {Marker}";
        await house.Rpc.ReopenComplaintAsync(reopening);
        var rejecting = house.Rejecting(filed.Name);
        rejecting.Note = $"decision {Marker}";
        var rejected = await house.Rpc.RejectComplaintAsync(rejecting, house.AsAgent);
        Assert.Contains(Marker, rejected.DecisionNote, StringComparison.Ordinal);
        var splitting = new SplitComplaintRequest
        {
            Name = second.Name,
            Note = $"split {Marker}",
            RequestId = house.NewId(),
        };
        await house.Rpc.SplitComplaintAsync(splitting, house.AsLead);
        string[] codes = [filed.TrackingCode, second.TrackingCode];
        return [.. codes, .. codes.Select(code => code.Replace("-", "", StringComparison.Ordinal))];
    }
}

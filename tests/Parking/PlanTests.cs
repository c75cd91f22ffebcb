using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Type.V1;
using Xunit;
using Xunit.Abstractions;
using Complaint = Mobility.Parking.Complaint;

namespace Mobility.Tests.Parking;

/// <summary>What the service's own role reads for what is asked often, with row level security in force and 51,000
/// complaints of three clients in the tables: about what it returns, never a whole table.</summary>
public sealed class PlanTests(ManyComplaints many, ITestOutputHelper output) : IClassFixture<ManyComplaints>
{
    private const double Latitude = PlacesHouse.Latitude;
    private const double Longitude = PlacesHouse.Longitude;

    /// <summary>A page of 50, the one row that tells of another page, and rows of the same cells beside them.</summary>
    private const int RowsMax = 1_000;

    private static readonly Guid[] Vehicles = ManyComplaints.Vehicles;

    [Fact]
    public Task A_list_in_a_small_box_reads_its_cells() =>
        Reads("complaints", RowsMax, tx => List(tx, new(Box: Box(0.0005))));

    [Fact]
    public Task A_list_in_a_wide_box_reads_the_newest() =>
        Reads("complaints", RowsMax, tx => List(tx, new(Box: Box(0.09))));

    /// <summary>36 cells with a page of 51 each, and those at the edges that lie outside the box.</summary>
    [Fact]
    public Task A_list_of_a_box_reads_no_cell_to_its_end() =>
        Reads("complaints", 2_500, tx => List(tx, new(Box: Box(0.012))));

    [Fact]
    public Task A_list_of_everything_reads_a_page() => Reads("complaints", 51, tx => List(tx, new()));

    [Fact]
    public Task A_list_of_a_rare_state_does_not_go_through_the_others() =>
        Reads("complaints", 51, tx => List(tx, new(ComplaintState.Held)), isEmpty: true);

    [Fact]
    public Task A_list_of_a_vehicle_reads_its_complaints() =>
        Reads("complaints", 102, tx => List(tx, new(Vehicle: Vehicles[3])));

    [Fact]
    public Task What_a_complaint_may_join_is_found_by_its_vehicles() =>
        Reads("complaints", RowsMax, async tx => (await ComplaintTable.OfOpenEpisodes(tx, Vehicles[10..12])).Count);

    [Fact]
    public Task Limits_are_counted_among_the_complaints_of_the_place_and_vehicles() =>
        Reads(
            "complaints",
            RowsMax,
            async tx =>
                (
                    await FilingLimits.Over(
                        tx,
                        new Complaint
                        {
                            Latitude = Latitude,
                            Longitude = Longitude,
                            VehicleIds = Vehicles,
                        },
                        null
                    )
                ).Count + 1
        );

    [Fact]
    public Task Open_complaints_around_a_point_are_found_by_its_cells() =>
        Reads("complaints", RowsMax, async tx => await ComplaintsAround.Count(tx, Latitude, Longitude) + 1);

    [Fact]
    public Task Candidates_are_found_by_cells() =>
        Reads(
            "vehicle_positions",
            RowsMax,
            async tx => (await Candidates.Near(tx, Latitude, Longitude, 100, tx.Now)).Count
        );

    private static async Task<int> List(Tx tx, ComplaintQuestion asked) =>
        (await ComplaintList.Rows(tx, asked with { Limit = 51 })).Count;

    private static Box Box(double degrees) =>
        new()
        {
            SouthWest = new LatLng { Latitude = Latitude - degrees, Longitude = Longitude - degrees },
            NorthEast = new LatLng { Latitude = Latitude + degrees, Longitude = Longitude + degrees },
        };

    private async Task Reads(string table, int rowsMax, Func<Tx, Task<int>> ask, bool isEmpty = false)
    {
        var (whole, rows) = await many.House.Read(async tx =>
        {
            // Plans are made for values, so what is asked once is asked as it always is.
            var before = await Counters(tx, table);
            Assert.Equal(isEmpty, await ask(tx) == 0);
            var after = await Counters(tx, table);
            return (after.SeqScan - before.SeqScan, after.Rows - before.Rows);
        });
        output.WriteLine($"{rows} rows of {table}, {whole} times the whole table");
        Assert.Equal(0, whole);
        Assert.InRange(rows, isEmpty ? 0 : 1, rowsMax);
    }

    private static async Task<Counted> Counters(Tx tx, string table) =>
        (
            await tx.One<Counted>(
                """
                SELECT seq_scan, seq_tup_read + coalesce(idx_tup_fetch, 0) AS rows
                FROM pg_stat_xact_user_tables WHERE relname = @table
                """,
                new { table }
            )
        )!;

    private sealed record Counted
    {
        public long SeqScan { get; init; }
        public long Rows { get; init; }
    }
}

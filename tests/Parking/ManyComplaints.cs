using Mobility.Bench;
using Mobility.Platform.Data;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

/// <summary>A house with 51,000 complaints and positions of three clients, made by statements because the API would
/// take an hour; only for questions of how they are found.</summary>
public sealed class ManyComplaints : IAsyncLifetime
{
    private const int OfEach = 17_000;
    private const int Part = 3_000;
    private const string Analyze = """ANALYZE complaints, complaint_vehicles, vehicle_positions""";
    private static readonly string[] Clients = [TestIssuer.Client, TestIssuer.OtherClient, "third-kick"];

    public static readonly Guid[] Vehicles = [.. Enumerable.Range(1, 400).Select(n => new Guid(n, 7, 7, new byte[8]))];

    internal PlacesHouse House { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        House = await PlacesHouse.Open();
        foreach (var client in Clients)
        {
            await House.Service.Db.InTransaction(client, tx => Fill(tx, client), default);
        }
        // Only now: what is known of the rows of one client says of the next that it has none, and the key checks of
        // its rows are planned as if it had.
        await House.Service.Db.InTransaction("*", tx => tx.Execute(Analyze), default);
    }

    public async Task DisposeAsync() => await House.DisposeAsync();

    private static async Task<int> Fill(Tx tx, string client)
    {
        // In parts: on a loaded machine one statement would take longer than a statement may.
        for (var first = 1; first <= OfEach; first += Part)
        {
            await ComplaintSample.Add(tx, (first, Math.Min(first + Part - 1, OfEach)), Vehicles);
        }
        return await tx.Execute(
            """
            INSERT INTO vehicle_positions (client_id, code, point, rest_point, report_time, import_time)
            SELECT @client, 'V' || n, at, at, @Now, @Now FROM generate_series(1, @OfEach) AS n
            CROSS JOIN LATERAL (SELECT point_of(37.66 + n % 200 * 0.001, 128.8 + n / 200 * 0.002) AS at) AS p
            """,
            new
            {
                tx.Now,
                client,
                OfEach,
            }
        );
    }
}

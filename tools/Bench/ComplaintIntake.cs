using Grpc.Core;
using Mobility.Launcher;
using Mobility.Parking.V1;
using Npgsql;

namespace Mobility.Bench;

/// <summary>CreateComplaint: an agent files for callers, each time about a vehicle that nobody complained about, all
/// over the service area.</summary>
public sealed class ComplaintIntake : Intake
{
    /// <summary>More than are filed in a run.</summary>
    private const int FreshVehicles = 400_000;

    private int filed;

    public override string Service => "parking";
    public override string Script => "create_complaint.sql";
    public override string Table => "complaints";
    public override string Rpc => "CreateComplaint";

    public override async Task Fill(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO vehicles (client_id, id, printed_code, state, revision)
            SELECT @Client, lpad(n::text, 32, '0')::uuid, 'B-' || n, 1, 1 FROM generate_series(1, @Count) AS n
            """,
            connection
        );
        command.Parameters.AddWithValue(nameof(Client), Client);
        command.Parameters.AddWithValue("Count", FreshVehicles);
        await command.ExecuteNonQueryAsync();
        await using var analyze = new NpgsqlCommand("""ANALYZE vehicles""", connection);
        await analyze.ExecuteNonQueryAsync();
    }

    public override Func<int, Task> Callers(ChannelBase channel, Func<Token, Func<Metadata>> headers)
    {
        var parking = new ParkingService.ParkingServiceClient(channel);
        var agents = Enumerable
            .Range(1, Clients)
            .Select(n => Token.Person("agent", new Guid(n, 9, 9, new byte[8]), Client));
        var signed = agents.Select(headers).ToArray();
        return async caller =>
            await parking
                .CreateComplaintAsync(Request(Interlocked.Increment(ref filed)), new CallOptions(signed[caller]()))
                .ResponseAsync;
    }

    private static CreateComplaintRequest Request(int number) =>
        new()
        {
            Parent = $"clients/{Client}",
            RequestId = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString(),
            Complaint = new Complaint
            {
                Category = "storefront",
                Channel = ComplaintChannel.Phone,
                PrintedCodes = { $"B-{number}" },
                Point = new Type.V1.LatLng
                {
                    Latitude = 37.61 + (Random.Shared.NextDouble() * 0.33),
                    Longitude = 128.76 + (Random.Shared.NextDouble() * 0.33),
                },
                Note = "가게 문 앞을 막고 있어요",
                Language = "ko",
            },
        };
}

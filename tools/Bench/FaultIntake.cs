using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Launcher;
using Npgsql;

namespace Mobility.Bench;

/// <summary>CreateFault: each caller is a rider of its own, every report is of one of 5,000 vehicles.</summary>
public sealed class FaultIntake : Intake
{
    public override string Service => "faults";
    public override string Script => "create_fault.sql";
    public override string Table => "faults";
    public override string Rpc => "CreateFault";

    public override bool HasNaive => true;

    public override async Task Fill(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO vehicles
                (client_id, id, printed_code, product, external_id, state, create_time, update_time, revision)
            SELECT @Client, lpad(n::text, 32, '0')::uuid, 'B-' || n, 'scooter', '', 1, now(), now(), 1
            FROM generate_series(1, @VehicleCount) AS n
            """,
            connection
        );
        command.Parameters.AddWithValue(nameof(Client), Client);
        command.Parameters.AddWithValue(nameof(VehicleCount), VehicleCount);
        await command.ExecuteNonQueryAsync();
    }

    public override Func<int, Task> Callers(ChannelBase channel, Func<Token, Func<Metadata>> headers)
    {
        var faults = new FaultsService.FaultsServiceClient(channel);
        var riders = Enumerable.Range(1, Clients).Select(n => Token.Rider(Client, new Guid(n, 9, 9, new byte[8])));
        var signed = riders.Select(headers).ToArray();
        return async caller =>
            await faults.CreateFaultAsync(Request(), new CallOptions(signed[caller]())).ResponseAsync;
    }

    private static CreateFaultRequest Request() =>
        new()
        {
            Parent = $"clients/{Client}",
            RequestId = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString(),
            Fault = new Fault
            {
                PrintedCode = $"B-{Random.Shared.Next(1, VehicleCount + 1)}",
                Category = "BATTERY_EMPTY",
                Channel = Channel.App,
                Note = "배터리가 금방 닳아요",
                Position = new Type.V1.LatLng { Latitude = 37.77, Longitude = 128.91 },
                PositionAccuracyMeters = 8,
                Language = "ko",
            },
        };
}

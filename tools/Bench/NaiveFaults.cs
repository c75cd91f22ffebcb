using Dapper;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Faults.V1;
using Npgsql;

namespace Mobility.Bench;

/// <summary>
/// CreateFault as it is usually written: a statement after another, no row level security, no check of the caller, no
/// lock. It keeps what the reply promises (a key, the row, the event and the stored reply in one transaction), so that
/// the comparison is of the same work.
/// </summary>
public sealed class NaiveFaults(string database) : FaultsService.FaultsServiceBase, IAsyncDisposable
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(database);

    public override async Task<Fault> CreateFault(CreateFaultRequest request, ServerCallContext context)
    {
        var now = TimeProvider.System.GetUtcNow();
        var client = request.Parent["clients/".Length..];
        var id = Guid.CreateVersion7(now);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("""SELECT set_config('mobility.client', @client, true)""", new { client });
        await connection.ExecuteAsync(
            """
            INSERT INTO once (key, client_id, fingerprint, create_time) VALUES (@RequestId, @client, @Bytes, @now)
            """,
            new
            {
                request.RequestId,
                client,
                Bytes = request.ToByteArray(),
                now = now.UtcDateTime,
            }
        );
        var vehicle = await connection.ExecuteScalarAsync<Guid?>(
            """
            SELECT id FROM vehicles WHERE client_id = @client AND printed_code = @PrintedCode
            """,
            new { client, request.Fault.PrintedCode }
        );
        var fault = Reply(request, client, id, vehicle, now);
        await Insert(connection, fault, (client, id, vehicle), now.UtcDateTime);
        await connection.ExecuteAsync(
            """UPDATE once SET response = @Bytes WHERE key = @RequestId""",
            new { request.RequestId, Bytes = fault.ToByteArray() }
        );
        await connection.ExecuteAsync(
            """
            INSERT INTO outbox (client_id, event_id, type, subject, envelope, create_time)
            VALUES (@client, @EventId, 'mobility.faults.v1.FaultReported', @Name, @Envelope::jsonb, @now)
            """,
            new
            {
                client,
                EventId = Guid.CreateVersion7(now),
                fault.Name,
                Envelope = JsonFormatter.Default.Format(new FaultReported { Fault = new() { Fault = fault.Name } }),
                now = now.UtcDateTime,
            }
        );
        await transaction.CommitAsync();
        return fault;
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private static Task<int> Insert(
        NpgsqlConnection connection,
        Fault fault,
        (string Client, Guid Id, Guid? Vehicle) key,
        DateTime now
    ) =>
        connection.ExecuteAsync(
            """
            INSERT INTO faults
                (client_id, id, printed_code, vehicle_id, category, safety_critical, catalogue_version,
                 catalogue_sha256, note, language, latitude, longitude, accuracy_meters, channel, occur_time,
                 reporter_id, filed_by, state, grounding, grounding_reason, flag_numbers, decision_note, decided_by,
                 create_time, update_time, revision)
            VALUES
                (@Client, @Id, @PrintedCode, @Vehicle, @Category, false, '1', repeat('0', 64), @Note, @Language,
                 @Latitude, @Longitude, @PositionAccuracyMeters, @Channel, @now, @Id, '', 1, 1, 'NAIVE', '{}', '', '',
                 @now, @now, 1)
            """,
            new
            {
                key.Client,
                key.Id,
                key.Vehicle,
                fault.PrintedCode,
                fault.Category,
                fault.Note,
                fault.Language,
                fault.Position.Latitude,
                fault.Position.Longitude,
                fault.PositionAccuracyMeters,
                Channel = (int)fault.Channel,
                now,
            }
        );

    private static Fault Reply(CreateFaultRequest request, string client, Guid id, Guid? vehicle, DateTimeOffset now)
    {
        var fault = request.Fault.Clone();
        fault.Name = $"clients/{client}/faults/{id}";
        fault.Vehicle = vehicle is null ? "" : $"clients/{client}/vehicles/{vehicle}";
        fault.State = FaultState.Reported;
        fault.CreateTime = now.ToTimestamp();
        fault.Revision = 1;
        return fault;
    }
}

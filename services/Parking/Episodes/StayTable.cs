using Mobility.Platform.Data;

namespace Mobility.Parking.Episodes;

/// <summary>In which stay a vehicle is: it begins a new one when it is complained about after it moved or was
/// ridden.</summary>
internal static class StayTable
{
    /// <summary>The vehicles as they stand now. A vehicle's first complaint begins its first stay.</summary>
    public static async Task<IReadOnlyList<Standing>> Standings(Tx tx, IReadOnlyList<Guid> vehicles)
    {
        var standings = new List<Standing>(vehicles.Count);
        foreach (var vehicle in vehicles)
        {
            var last = await tx.One<Stay>(
                """
                SELECT number, start_time FROM stays WHERE client_id = @ClientId AND vehicle_id = @vehicle
                """,
                new { tx.ClientId, vehicle }
            );
            var stands = last is not null && !await Movement.Since(tx, vehicle, last.StartTime);
            standings.Add(new Standing(vehicle, stands ? last!.Number : await Begin(tx, vehicle, last)));
        }

        return standings;
    }

    /// <summary>Has every vehicle moved 30 m or more, or been ridden, since the first complaint of that stay?</summary>
    public static async Task<bool> HaveLeft(Tx tx, IReadOnlyList<Standing> standings)
    {
        foreach (var standing in standings)
        {
            var last = await tx.One<Stay>(
                """
                SELECT number, start_time FROM stays WHERE client_id = @ClientId AND vehicle_id = @VehicleId
                """,
                new { tx.ClientId, standing.VehicleId }
            );
            var gone = last?.Number > standing.Stay || await Movement.Since(tx, standing.VehicleId, last!.StartTime);
            if (!gone)
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<int> Begin(Tx tx, Guid vehicle, Stay? last)
    {
        var number = (last?.Number ?? 0) + 1;
        await tx.Execute(
            """
            INSERT INTO stays (client_id, vehicle_id, number, start_time) VALUES (@ClientId, @vehicle, @number, @Now)
            ON CONFLICT (client_id, vehicle_id) DO UPDATE SET
                number = excluded.number, start_time = excluded.start_time
            """,
            new
            {
                tx.ClientId,
                vehicle,
                number,
                tx.Now,
            }
        );
        return number;
    }

    private sealed record Stay
    {
        public int Number { get; init; }
        public DateTimeOffset StartTime { get; init; }
    }
}

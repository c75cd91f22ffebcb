using System.Text.Json;
using Mobility.Parking.V1;
using Mobility.Platform;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Where a feed says that a vehicle stands.</summary>
/// <param name="Index">Its place in the feed.</param>
/// <param name="Code">The feed's id of it in the form of printed codes.</param>
/// <param name="Latitude">Degrees.</param>
/// <param name="Longitude">Degrees.</param>
/// <param name="ReportTime">When the vehicle reported it, else when the feed was made.</param>
public sealed record ReadPosition(int Index, string Code, double Latitude, double Longitude, DateTimeOffset ReportTime);

/// <summary>Reads a GBFS vehicle feed, vehicle_status of 3.0 or free_bike_status of 2.3, vehicle by vehicle.</summary>
public sealed class PositionFile
{
    private const int CodeLength = 64;

    private readonly ClientProfile client;
    private readonly DateTimeOffset latest;
    private readonly DateTimeOffset? feedTime;
    private readonly ImportProblems problems = new();
    private readonly Dictionary<string, ReadPosition> newest = new(StringComparer.Ordinal);

    private PositionFile(ClientProfile client, DateTimeOffset now, DateTimeOffset? feedTime)
    {
        this.client = client;
        latest = now + Limits.ClockLead;
        this.feedTime = feedTime;
    }

    /// <summary>Vehicles in the feed.</summary>
    public int VehicleCount { get; private set; }

    /// <summary>The newest report of each vehicle, in the order of their codes.</summary>
    public IReadOnlyList<ReadPosition> Positions => [.. newest.Values.OrderBy(p => p.Code, StringComparer.Ordinal)];

    /// <summary>What was mended or left out.</summary>
    public IReadOnlyList<ImportProblem> Problems => problems.List;

    /// <summary>Reads a feed.</summary>
    /// <exception cref="InvalidDataException">It is no such document at all.</exception>
    public static PositionFile Read(ReadOnlyMemory<byte> content, ClientProfile client, DateTimeOffset now)
    {
        try
        {
            using var document = LooseJson.Parse(content);
            var root = document.RootElement;
            var data = root.Member("data");
            var vehicles = data.Member("vehicles").IsSet() ? data.Member("vehicles") : data.Member("bikes");
            if (vehicles.ValueKind != JsonValueKind.Array)
            {
                throw new InvalidDataException("The file has no data.vehicles and no data.bikes.");
            }
            var file = new PositionFile(client, now, root.Member("last_updated").Time());
            foreach (var vehicle in vehicles.EnumerateArray())
            {
                file.Add(vehicle, file.VehicleCount++);
            }
            return file;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The file is no JSON.", e);
        }
    }

    private void Add(JsonElement vehicle, int index)
    {
        var id = vehicle.Member("vehicle_id").Text() ?? vehicle.Member("bike_id").Text() ?? "";
        var code = PrintedCode.Canonical(id);
        if (code.Length is 0 or > CodeLength || code.Any(char.IsControl))
        {
            problems.Add(index, "VEHICLE_ID_INVALID", $"The id has not 1 to {CodeLength} characters.", leftOut: true);
        }
        else if (Time(vehicle, index) is { } time && Point(vehicle, index) is var (latitude, longitude))
        {
            Keep(new ReadPosition(index, code, latitude, longitude, time));
        }
    }

    private void Keep(ReadPosition position)
    {
        if (newest.TryGetValue(position.Code, out var other))
        {
            var loser = position.ReportTime < other.ReportTime ? position : other;
            problems.Add(
                loser.Index,
                "VEHICLE_TWICE",
                "The vehicle is there twice; its newest report was taken.",
                true
            );
            if (loser == position)
            {
                return;
            }
        }
        newest[position.Code] = position;
    }

    private DateTimeOffset? Time(JsonElement vehicle, int index)
    {
        var own = vehicle.Member("last_reported");
        var time = own.IsSet() ? own.Time() : feedTime;
        if (time is null)
        {
            problems.Add(index, "TIME_INVALID", "Neither the vehicle nor the feed says when it was reported.", true);
            return null;
        }
        if (time > latest)
        {
            problems.Add(index, "TIME_IN_FUTURE", "The report is of a time that has not come.", leftOut: true);
            return null;
        }
        return time.Value.ToUniversalTime();
    }

    private (double Latitude, double Longitude)? Point(JsonElement vehicle, int index)
    {
        if (vehicle.Member("lat").Number() is not { } latitude || vehicle.Member("lon").Number() is not { } longitude)
        {
            problems.Add(index, "POINT_MISSING", "Latitude and longitude are no finite numbers.", leftOut: true);
            return null;
        }
        if (!client.Serves(latitude, longitude) && client.Serves(longitude, latitude))
        {
            (latitude, longitude) = (longitude, latitude);
            problems.Add(index, "AXES_SWAPPED", "Longitude and latitude were changed back.", leftOut: false);
        }
        if (latitude is < -90 or > 90 || longitude is < -180 or > 180)
        {
            problems.Add(index, "POINT_OUT_OF_RANGE", "It is no point of the earth.", leftOut: true);
            return null;
        }
        if (latitude == 0 && longitude == 0)
        {
            problems.Add(index, "POINT_ZERO", "0,0 is what a receiver without a position says.", leftOut: true);
            return null;
        }
        return (latitude, longitude);
    }
}

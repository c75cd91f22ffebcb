using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Platform;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>
/// Fills a new development system through the public APIs, so that its pages can be used at once: the people of
/// `people.json` are members and on duty, the contact centre has authority, twenty vehicles stand in Gangneung, and
/// each
/// rider has a ride that was paid for.
/// </summary>
public sealed class Seed : IDisposable
{
    private const string Client = "gangneung-kick";
    private const int VehicleCount = 20;

    /// <summary>Before these days are over the rota is written on.</summary>
    private const int DaysAhead = 7;
    private const int Weeks = 3;

    /// <summary>Where vehicles stand, by turns: station, beach, coffee street, market.</summary>
    private static readonly (double Latitude, double Longitude)[] Places =
    [
        (37.7645, 128.8996),
        (37.8056, 128.9082),
        (37.7715, 128.9475),
        (37.7538, 128.8981),
    ];

    private readonly RunFolder run;
    private readonly StackOptions options;
    private readonly DevelopmentClock clock;
    private readonly DemoWires wires;
    private readonly DemoGateway gateway;
    private readonly DemoQuiet quiet;
    private readonly IReadOnlyList<DemoPerson> people;
    private readonly ConcurrentDictionary<int, string> vehicles = new();

    private Seed(RunState state, RunFolder run, StackOptions options)
    {
        (this.run, this.options) = (run, options);
        clock = new DevelopmentClock(run.Clock);
        wires = new DemoWires(state, run, clock);
        gateway = new DemoGateway(state, run);
        quiet = new DemoQuiet(state, clock);
        people = [.. DemoPerson.Load(options.Root).Where(one => one.Clients.Contains(Client, StringComparer.Ordinal))];
    }

    private Token Operator => Person("operator").Token;
    private static string Parent => $"clients/{Client}";
    private DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Fills a system that was never filled, and writes the rota on where it ends soon.</summary>
    /// <returns>What was done, in words; null when there was nothing to do.</returns>
    public static async Task<string?> Fill(RunState state, RunFolder run, StackOptions options, CancellationToken token)
    {
        using var seed = new Seed(state, run, options);
        var last = seed.LastDay();
        if (last is null)
        {
            await seed.FillAll(token);
        }
        if (last is { } day && day > seed.Today().AddDays(DaysAhead))
        {
            return null;
        }
        await seed.WriteRota(last?.AddDays(1) ?? seed.Monday().AddDays(-7), token);
        return last is null ? "filled with people, a rota, vehicles, zones and rides" : "the rota is written on";
    }

    public void Dispose()
    {
        clock.Dispose();
        wires.Dispose();
        gateway.Dispose();
    }

    private DemoPerson Person(string key) => people.First(one => one.Key == key);

    private DateOnly Today() => DateOnly.FromDateTime(Now.ToOffset(TimeSpan.FromHours(9)).DateTime);

    private DateOnly Monday() => Today().AddDays(-(((int)Today().DayOfWeek + 6) % 7));

    private DateOnly? LastDay() =>
        File.Exists(run.Seeded)
            ? DateOnly.ParseExact(File.ReadAllText(run.Seeded).Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture)
            : null;

    private async Task FillAll(CancellationToken token)
    {
        foreach (var person in people.Where(one => one.MemberRole is not null))
        {
            await wires.Call(wires.Refunds.EnrolMemberAsync, person.Enrolment(Client, NewId()), Operator, token);
        }
        var grant = DemoGrant.Request(Parent, "donghae-desk", Now, Now.AddDays(90), WeekendMaker.Limits, Id());
        await OnceOnly(() => wires.Call(wires.Refunds.CreateDelegationAsync, grant, Person("officer").Token, token));
        await Parallel.ForEachAsync(
            Enumerable.Range(1, VehicleCount),
            token,
            async (n, stop) => await Register(n, stop)
        );
        await quiet.Wait(token);
        await ImportPlaces(token);
        foreach (var (rider, n) in people.Where(one => one.Role == "rider").Select((one, i) => (one, i + 1)))
        {
            await Ride(rider, n, token);
        }
        await quiet.Wait(token);
    }

    /// <summary>The same request at each try: a start that was cut short gets the first reply.</summary>
    private async Task Register(int n, CancellationToken token)
    {
        var request = new RegisterVehicleRequest
        {
            Parent = Parent,
            Vehicle = new Vehicle { PrintedCode = Code(n), Product = "scooter" },
            RequestId = new Guid($"019a0000-0000-7000-8000-0000000f{n:x4}").ToString(),
        };
        vehicles[n] = (await wires.Call(wires.Faults.RegisterVehicleAsync, request, Operator, token)).Name;
    }

    private async Task ImportPlaces(CancellationToken token)
    {
        var zones = new ImportZonesRequest
        {
            Parent = Parent,
            Source = "parking-zones",
            Format = ZoneFormat.Geojson,
            Content = ByteString.CopyFrom(await File.ReadAllBytesAsync(ZonesFile, token)),
            RequestId = Id(),
        };
        await wires.Call(wires.Parking.ImportZonesAsync, zones, Operator, token);
        var positions = new ImportPositionsRequest
        {
            Parent = Parent,
            Content = ByteString.CopyFrom(Feed()),
            RequestId = Id(),
        };
        await wires.Call(wires.Parking.ImportPositionsAsync, positions, Operator, token);
    }

    private string ZonesFile => Path.Combine(options.Root, "tools", "Launcher", "demo", "zones.geojson");

    /// <summary>vehicle_status.json of GBFS 3.0, the vehicles a few metres apart.</summary>
    private byte[] Feed()
    {
        var time = Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var standing = Enumerable
            .Range(1, VehicleCount)
            .Select(n =>
            {
                var (latitude, longitude) = Places[n % Places.Length];
                return new
                {
                    vehicle_id = Code(n),
                    lat = latitude + (0.00004 * (n / Places.Length)),
                    lon = longitude,
                    is_reserved = false,
                    is_disabled = false,
                    last_reported = time,
                };
            });
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                last_updated = time,
                ttl = 60,
                version = "3.0",
                data = new { vehicles = standing },
            }
        );
    }

    /// <summary>The first rider's lock did not open; the others rode.</summary>
    private async Task Ride(DemoPerson rider, int n, CancellationToken token)
    {
        var (key, start, ran) = ($"seed-{Client}-ride-{n}", Now.AddMinutes(-25), n > 1);
        var record = new RecordRideRequest
        {
            Parent = Parent,
            Ride = new Ride
            {
                ExternalId = key,
                Vehicle = vehicles[n],
                Rider = rider.Subject,
                StartTime = start.ToTimestamp(),
                EndTime = start.AddMinutes(ran ? 14 : 1).ToTimestamp(),
                DistanceMeters = ran ? 2_100 : 0,
                UnlockOutcome = ran ? UnlockOutcome.Unlocked : UnlockOutcome.Failed,
            },
            RequestId = Id(),
        };
        var ride = await wires.Call(wires.Faults.RecordRideAsync, record, Operator, token);
        var won = ran ? 2_600 : 1_200;
        await gateway.Capture(key, won, "Card", token);
        var payment = new Payment
        {
            Ride = ride.Name,
            Customer = rider.Subject,
            Amount = new Money(won, "KRW").ToWire(),
            Instrument = Instrument.Card,
            GatewayPaymentKey = key,
            ApproveTime = start.ToTimestamp(),
        };
        var request = new RecordPaymentRequest
        {
            Parent = Parent,
            Payment = payment,
            RequestId = Id(),
        };
        await OnceOnly(() => wires.Call(wires.Refunds.RecordPaymentAsync, request, Operator, token));
    }

    /// <summary>Three agents pass through the three patterns, so that every day has two or three and nobody works more
    /// than six days in a row; the lead has the weekdays, the deputy the weekend too.</summary>
    private async Task WriteRota(DateOnly monday, CancellationToken token)
    {
        await Rotate(
            monday,
            ["agent-1", "agent-2", "agent-3"],
            DutyRole.Agent,
            [ShiftPattern.MondayToFriday, ShiftPattern.WednesdayToSunday, ShiftPattern.TuesdayToSaturday],
            token
        );
        await Rotate(monday, ["lead"], DutyRole.Lead, [ShiftPattern.MondayToFriday], token);
        await Rotate(monday, ["deputy"], DutyRole.Deputy, [ShiftPattern.WednesdayToSunday], token);
        var last = monday.AddDays((7 * Weeks) - 1);
        await File.WriteAllTextAsync(run.Seeded, last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), token);
    }

    private Task Rotate(
        DateOnly monday,
        IEnumerable<string> who,
        DutyRole role,
        IEnumerable<ShiftPattern> order,
        CancellationToken token
    ) =>
        OnceOnly(() =>
            wires.Call(
                wires.Desk.CreateRotationAsync,
                new CreateRotationRequest
                {
                    Parent = Parent,
                    FirstMonday = monday.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    WeekCount = Weeks,
                    People = { who.Select(key => Person(key).Subject) },
                    Order = { order },
                    Role = role,
                    // Long days: whoever tries the pages finds somebody on duty.
                    StartMinute = 8 * 60,
                    EndMinute = 22 * 60,
                    RunDaysMax = 6,
                    RequestId = Id(),
                },
                Person("lead").Token,
                token
            )
        );

    /// <summary>A start that was cut short may have done it already.</summary>
    private static async Task OnceOnly<T>(Func<Task<T>> call)
    {
        try
        {
            await call();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
        {
            return;
        }
    }

    private static string Code(int n) => $"GN-{1000 + n}";

    private string Id() => NewId().ToString();

    private Guid NewId() => Guid.CreateVersion7(Now);
}

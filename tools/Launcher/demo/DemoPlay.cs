using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Mobility.Faults.V1;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>
/// Plays the scenario through the public APIs: the operator's system tells of vehicles, rides and payments,
/// riders report.
/// Everything is made anew in each run. Four reports are under way at a time.
/// </summary>
internal sealed class DemoPlay(DemoWires wires, DemoGateway gateway, DemoScenario scenario, DateTimeOffset start)
{
    private const int AtATime = 4;
    private readonly Token operatorToken = Token.Person("operator", NewId(), scenario.Client);
    private int reported;

    /// <summary>Told how many reports were filed, after each.</summary>
    public Action<int> Reported { get; init; } = _ => { };

    private string Parent => $"clients/{scenario.Client}";

    public async Task<IReadOnlyList<DemoPlayed>> Run(CancellationToken token)
    {
        var cast = scenario.Reports.Select(Cast).ToList();
        var prepared = await Each(cast, Prepare, token);
        return await Each(prepared, Report, token);
    }

    private DemoPlayed Cast(DemoReport plan)
    {
        var id = NewId().ToString("N");
        return new DemoPlayed(plan)
        {
            Rider = NewId(),
            // The end of a UUIDv7 is random: one code for each vehicle ever made.
            PrintedCode = $"GN-{id[^10..].ToUpperInvariant()}",
            PaymentKey = $"demo-{id}",
        };
    }

    private static async Task<IReadOnlyList<DemoPlayed>> Each(
        IReadOnlyList<DemoPlayed> all,
        Func<DemoPlayed, CancellationToken, Task<DemoPlayed>> step,
        CancellationToken token
    )
    {
        var done = new ConcurrentBag<DemoPlayed>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = token };
        await Parallel.ForEachAsync(all, options, async (one, stop) => done.Add(await step(one, stop)));
        return [.. done.OrderBy(one => one.Plan.Number)];
    }

    /// <summary>The vehicle, the payment at the gateway, and what is known before the rider reports.</summary>
    private async Task<DemoPlayed> Prepare(DemoPlayed one, CancellationToken token)
    {
        var vehicle = await wires.Call(
            wires.Faults.RegisterVehicleAsync,
            new RegisterVehicleRequest
            {
                Parent = Parent,
                Vehicle = new Vehicle { PrintedCode = one.PrintedCode, Product = "scooter" },
                RequestId = NewId().ToString(),
            },
            operatorToken,
            token
        );
        var payment = one.Plan.Payment;
        await gateway.Capture(one.PaymentKey, payment.Won, payment.Instrument.ToString(), token);
        one = one with { Vehicle = vehicle.Name };
        foreach (var fact in one.Plan.Facts.TakeWhile(fact => fact != DemoFact.Report))
        {
            one = await Tell(one, fact, token);
        }
        return one;
    }

    private async Task<DemoPlayed> Report(DemoPlayed one, CancellationToken token)
    {
        var since = Stopwatch.GetTimestamp();
        var fault = await wires.Call(
            wires.Faults.CreateFaultAsync,
            new CreateFaultRequest
            {
                Parent = Parent,
                Fault = new Fault
                {
                    PrintedCode = one.PrintedCode,
                    Category = one.Plan.Category,
                    Ride = one.Ride,
                    Channel = Channel.App,
                },
                RequestId = NewId().ToString(),
            },
            Token.Rider(scenario.Client, one.Rider),
            token
        );
        one = one with
        {
            Fault = fault.Name,
            Grounding = fault.Grounding,
            ReportTime = Stopwatch.GetElapsedTime(since),
        };
        Reported(Interlocked.Increment(ref reported));
        foreach (var fact in one.Plan.Facts.SkipWhile(fact => fact != DemoFact.Report).Skip(1))
        {
            one = await Tell(one, fact, token);
        }
        return one;
    }

    private Task<DemoPlayed> Tell(DemoPlayed one, DemoFact fact, CancellationToken token) =>
        fact == DemoFact.Payment ? Pay(one, token) : Record(one, ended: fact == DemoFact.Record, token);

    private async Task<DemoPlayed> Record(DemoPlayed one, bool ended, CancellationToken token)
    {
        var plan = one.Plan.Record;
        var began = Began(plan);
        var ride = new Ride
        {
            ExternalId = one.RideExternalId,
            Vehicle = one.Vehicle,
            Rider = RiderOf(one),
            StartTime = began.ToTimestamp(),
            EndTime = ended ? (began + TimeSpan.FromMinutes(plan.Minutes)).ToTimestamp() : null,
            DistanceMeters = ended ? plan.Meters : 0,
            UnlockOutcome = plan.Lock,
        };
        var recorded = await wires.Call(
            wires.Faults.RecordRideAsync,
            new RecordRideRequest
            {
                Parent = Parent,
                Ride = ride,
                RequestId = NewId().ToString(),
            },
            operatorToken,
            token
        );
        return one with { Ride = recorded.Name };
    }

    private async Task<DemoPlayed> Pay(DemoPlayed one, CancellationToken token)
    {
        var plan = one.Plan.Payment;
        var payment = await wires.Call(
            wires.Refunds.RecordPaymentAsync,
            new RecordPaymentRequest
            {
                Parent = Parent,
                Payment = new Payment
                {
                    Ride = one.Ride,
                    Customer = RiderOf(one),
                    Amount = new Money(plan.Won, "KRW").ToWire(),
                    Instrument = plan.Instrument,
                    GatewayPaymentKey = one.PaymentKey,
                    ApproveTime = Began(one.Plan.Record).ToTimestamp(),
                },
                RequestId = NewId().ToString(),
            },
            operatorToken,
            token
        );
        return one with { Payment = payment.Name };
    }

    private DateTimeOffset Began(DemoRide ride) => start - TimeSpan.FromMinutes(ride.BeganMinutesAgo);

    private string RiderOf(DemoPlayed one) => $"{Parent}/riders/{one.Rider}";

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}

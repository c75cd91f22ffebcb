using Google.Protobuf.WellKnownTypes;
using Mobility.Faults.V1;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>What the operator's system tells: vehicles, rides, and payments that the gateway captured.</summary>
internal sealed class DemoFacts(DemoStage stage)
{
    /// <summary>Registers a vehicle of the weekend.</summary>
    public async Task Register(string vehicle, CancellationToken token)
    {
        var request = new RegisterVehicleRequest
        {
            Parent = stage.Parent,
            Vehicle = new Vehicle { PrintedCode = stage.Ids.Code(vehicle), Product = "scooter" },
            RequestId = stage.Ids.Request(0, vehicle).ToString(),
        };
        var made = await stage.Wires.Call(stage.Wires.Faults.RegisterVehicleAsync, request, stage.Operator, token);
        stage.Made(vehicle, made.Name);
    }

    /// <summary>Tells of a step's ride and of its payment, if there is one.</summary>
    public async Task TellAll(WeekendStep step, CancellationToken token)
    {
        await Tell(step, WeekendFact.Record, token);
        if (step.Ride!.Won > 0)
        {
            await Tell(step, WeekendFact.Payment, token);
        }
    }

    public async Task Tell(WeekendStep step, WeekendFact fact, CancellationToken token)
    {
        if (fact == WeekendFact.Payment)
        {
            await stage.Gateway.Capture(stage.Ids.Ride(step.Thing!), step.Ride!.Won, $"{step.Ride.Instrument}", token);
            await Pay(step, token);
        }
        else
        {
            await Record(step, fact == WeekendFact.Record, token);
        }
    }

    /// <summary>Somebody rides a vehicle away from where it stood.</summary>
    public async Task RideAway(WeekendStep step, CancellationToken token)
    {
        var request = new RecordRideRequest
        {
            Parent = stage.Parent,
            Ride = new Ride
            {
                ExternalId = stage.Ids.Ride($"away-{step.Number}"),
                Vehicle = stage.Name(step.Vehicles![0]),
                Rider = stage.Ids.RiderName(step.Rider!),
                StartTime = (stage.Ids.At(step.At) - TimeSpan.FromMinutes(1)).ToTimestamp(),
                DistanceMeters = 120,
                UnlockOutcome = UnlockOutcome.Unlocked,
            },
            RequestId = stage.Request(step),
        };
        var ride = await stage.Wires.Call(stage.Wires.Faults.RecordRideAsync, request, stage.Operator, token);
        stage.Compare(step, "the lock", ride.UnlockOutcome, step.Expect.State);
    }

    private async Task Record(WeekendStep step, bool whole, CancellationToken token)
    {
        var plan = step.Ride!;
        var began = Began(step);
        var ended = whole && plan.Minutes is not null;
        var ride = new Ride
        {
            ExternalId = stage.Ids.Ride(step.Thing!),
            Vehicle = stage.Name(step.Vehicles![0]),
            Rider = stage.Ids.RiderName(step.Rider!),
            StartTime = began.ToTimestamp(),
            EndTime = ended ? (began + TimeSpan.FromMinutes(plan.Minutes!.Value)).ToTimestamp() : null,
            DistanceMeters = whole ? plan.Meters : 0,
            UnlockOutcome = plan.Lock,
        };
        var request = new RecordRideRequest
        {
            Parent = stage.Parent,
            Ride = ride,
            RequestId = stage.Request(step, whole ? "record" : "running"),
        };
        var recorded = await stage.Wires.Call(stage.Wires.Faults.RecordRideAsync, request, stage.Operator, token);
        stage.Made(RideOf(step.Thing!), recorded.Name);
    }

    private async Task Pay(WeekendStep step, CancellationToken token)
    {
        var request = new RecordPaymentRequest
        {
            Parent = stage.Parent,
            Payment = new Payment
            {
                Ride = stage.Name(RideOf(step.Thing!)),
                Customer = stage.Ids.RiderName(step.Rider!),
                Amount = new Money(step.Ride!.Won, "KRW").ToWire(),
                Instrument = step.Ride.Instrument,
                GatewayPaymentKey = stage.Ids.Ride(step.Thing!),
                ApproveTime = Began(step).ToTimestamp(),
            },
            RequestId = stage.Request(step, "payment"),
        };
        var paid = await stage.Wires.Call(stage.Wires.Refunds.RecordPaymentAsync, request, stage.Operator, token);
        stage.Made(PaymentOf(step.Thing!), paid.Name);
    }

    /// <summary>Key of the ride that was told of for a step's thing.</summary>
    public static string RideOf(string thing) => $"ride of {thing}";

    /// <summary>Key of the payment for it.</summary>
    public static string PaymentOf(string thing) => $"payment of {thing}";

    private DateTimeOffset Began(WeekendStep step) => stage.Ids.At(step.At) - TimeSpan.FromMinutes(step.Ride!.Began);
}

using Google.Protobuf.WellKnownTypes;
using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Refunds;
using Mobility.Refunds.V1;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>What customers pay and other services tell, and what of it arrives.</summary>
internal sealed partial class History
{
    private readonly List<CaseSnapshot> cases = [];
    private readonly List<FaultSnapshot> faults = [];

    private async Task<string> Pay()
    {
        var number = payments.Count;
        var (ride, vehicle) = ($"{Parent}/rides/{NewId()}", VehicleOf(number));
        var won = 1_000L * random.Next(6, number % 3 == 0 ? 80 : 40);
        // Two payments of a customer, so that a budget of the customer's counts both.
        var customer = number % 2 == 1 ? payments[number - 1].Customer : $"{Parent}/riders/{NewId()}";
        var key = $"sim_{clientId}_{number}";
        service.Gateway.Capture(key, won);
        var request = new RecordPaymentRequest
        {
            Parent = Parent,
            RequestId = NewId(),
            Payment = new Mobility.Refunds.V1.Payment
            {
                Ride = ride,
                Customer = customer,
                Amount = RefundsHouse.Won(won),
                Instrument = Instrument.Card,
                GatewayPaymentKey = key,
                ApproveTime = Now.AddHours(-1).ToTimestamp(),
            },
        };
        var made = await CallAsOperator("RecordPayment", call => RecordPayment.Handle(request, call, service.Key));
        payments.Add(new PaymentMade(number, made.Name, key, won, ride, vehicle, customer));
        broker.Publish(NewGuid(), RideOf(payments[^1]));
        broker.Publish(
            NewGuid(),
            new VehicleChanged
            {
                Vehicle = vehicle,
                Revision = 1,
                Product = "scooter",
                State = VehicleState.Available,
            }
        );
        return $"p{number} {won}";
    }

    private string VehicleOf(int number) =>
        number % 3 == 2 ? payments[number - 1].Vehicle : $"{Parent}/vehicles/{NewId()}";

    private RideRecorded RideOf(PaymentMade payment)
    {
        // One ride in three never ran, so that a report of its payer is paid back by itself.
        var ran = random.Next(3) > 0;
        return new RideRecorded
        {
            Ride = payment.Ride,
            Revision = 1,
            Vehicle = payment.Vehicle,
            Rider = payment.Customer,
            StartTime = Now.AddHours(-1).ToTimestamp(),
            EndTime = random.Next(6) == 0 ? null : Now.ToTimestamp(),
            DistanceMeters = ran ? 900 : 0,
            UnlockOutcome = ran ? UnlockOutcome.Unlocked : UnlockOutcome.Failed,
            Product = "scooter",
        };
    }

    /// <summary>Another service tells of a case or a fault, or what became of one.</summary>
    private Task<string> Tell()
    {
        var about = Any(payments);
        if (random.Next(2) == 0)
        {
            var known = cases.Count > 0 && random.Next(2) == 0 ? Any(cases) : null;
            var next = known?.Clone() ?? new CaseSnapshot { Case = $"{Parent}/cases/{NewId()}", Ride = about.Ride };
            next.Revision++;
            if (known is null)
            {
                cases.Add(next);
                broker.Publish(NewGuid(), new CaseOpened { Case = next });
                return Task.FromResult($"case of p{about.Number}");
            }
            known.Revision = next.Revision;
            broker.Publish(NewGuid(), new CaseClosed { Case = next });
            return Task.FromResult($"case {cases.IndexOf(known)} closed");
        }
        if (faults.Count > 0 && random.Next(2) == 0)
        {
            var known = Any(faults);
            known.Revision++;
            known.State = random.Next(2) == 0 ? FaultState.Confirmed : FaultState.Rejected;
            broker.Publish(
                NewGuid(),
                known.State == FaultState.Confirmed
                    ? new FaultConfirmed { Fault = known.Clone() }
                    : new FaultRejected { Fault = known.Clone() }
            );
            return Task.FromResult($"fault {faults.IndexOf(known)} {known.State}");
        }
        faults.Add(FaultOf(about));
        broker.Publish(NewGuid(), new FaultReported { Fault = faults[^1].Clone() });
        return Task.FromResult($"fault on p{about.Number}");
    }

    private FaultSnapshot FaultOf(PaymentMade payment) =>
        new()
        {
            Fault = $"{Parent}/faults/{NewId()}",
            Revision = 1,
            Category = random.Next(3) > 0 ? "UNLOCK_FAILED" : "BRAKES",
            Ride = payment.Ride,
            Vehicle = payment.Vehicle,
            Reporter = payment.Customer,
            State = FaultState.Reported,
            Grounding = Grounding.None,
            OccurTime = Now.ToTimestamp(),
            CreateTime = Now.ToTimestamp(),
        };

    private async Task<string> Deliver()
    {
        if (broker.Next() is not { } message)
        {
            return "nothing waits";
        }
        var fresh = await service.Deliver(clientId, message.Id, message.Event);
        return $"{message.Event.Descriptor.Name}{(fresh ? "" : " again")}";
    }

    private async Task DeliverAll()
    {
        broker.Heal();
        while (broker.Next() is { } message)
        {
            service.Clock.Now = Now.AddMilliseconds(1);
            await service.Deliver(clientId, message.Id, message.Event);
        }
    }

    private Task<string> Heal()
    {
        broker.Heal();
        return Task.FromResult("");
    }
}

using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Mobility.Faults.V1;
using Mobility.Launcher;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Bench;

/// <summary>Who reports in the row `settle`, and what came of the reports.</summary>
internal sealed class SettleStage(WholeSystem system) : IDisposable
{
    private const int FareWon = 1_200;

    /// <summary>Riders ask at once for more than any real client ever pays back.</summary>
    private const long BudgetWon = 1_000_000_000;

    private static readonly Token Officer = Token.Person(
        "client_officer",
        new Guid("019a0000-0000-7000-8000-0000000b0002"),
        WholeSystem.Client
    );

    private readonly DemoGateway gateway = new(system.State, system.Run);
    private readonly ConcurrentDictionary<int, Guid> faults = new();
    private IReadOnlyList<Vehicle> vehicles = [];

    /// <summary>Grants the service itself wide authority, and registers the vehicles.</summary>
    public async Task Prepare(int vehicleCount)
    {
        var (wires, now) = (system.Wires, TimeProvider.System.GetUtcNow());
        var officer = new Member
        {
            Person = Officer.Subject,
            Role = MemberRole.ClientOfficer,
            Level = 5,
            State = MemberState.Active,
        };
        var enrolment = new EnrolMemberRequest
        {
            Parent = WholeSystem.Parent,
            Member = officer,
            RequestId = $"{WholeSystem.NewId()}",
        };
        await wires.Call(wires.Refunds.EnrolMemberAsync, enrolment, WholeSystem.Operator, default);
        await wires.Call(wires.Refunds.CreateDelegationAsync, Grant(now), Officer, default);
        vehicles = await Task.WhenAll(Enumerable.Range(1, vehicleCount).Select(Register));
    }

    /// <summary>A ride that never ran, its payment, and the rider's report: the machine pays back.</summary>
    public async Task Report(int n)
    {
        var (wires, now) = (system.Wires, TimeProvider.System.GetUtcNow());
        var vehicle = vehicles[n % vehicles.Count];
        var rider = Token.Rider(WholeSystem.Client, WholeSystem.NewId());
        var key = $"bench-{WholeSystem.NewId()}";
        var record = RideOf(vehicle, rider, key, now);
        var ride = await wires.Call(wires.Faults.RecordRideAsync, record, WholeSystem.Operator, default);
        await gateway.Capture(key, FareWon, "Card", default);
        var payment = PaymentOf(ride, rider, key, now);
        await wires.Call(wires.Refunds.RecordPaymentAsync, payment, WholeSystem.Operator, default);
        var report = new CreateFaultRequest
        {
            Parent = WholeSystem.Parent,
            Fault = new Fault
            {
                PrintedCode = vehicle.PrintedCode,
                Category = "UNLOCK_FAILED",
                Ride = ride.Name,
                Channel = Channel.App,
            },
            RequestId = $"{WholeSystem.NewId()}",
        };
        var fault = await wires.Call(wires.Faults.CreateFaultAsync, report, rider, default);
        faults[n] = DemoBooks.IdOf(fault.Name);
    }

    /// <summary>Waits until every report has its settled refund and every event has arrived, or the patience ends;
    /// then all rows and the gateway's own ledger.</summary>
    public async Task<DemoBooks> Settled(TimeSpan patience)
    {
        const string settled = """SELECT count(*) FROM refund WHERE actor = 'System' AND state = 'Settled'""";
        await WholeSystem.Until(patience, async () => await system.Value<long>("refunds", settled) >= faults.Count);
        var yesterday = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-1);
        var ids = new DemoIds(yesterday, WholeSystem.Client);
        DemoBooks? books = null;
        await WholeSystem.Until(
            patience,
            async () =>
            {
                books = await DemoBooks.Read(system.State, ids, gateway, default);
                return !DemoEventCheck.UnderWay(books).Any();
            }
        );
        return books!;
    }

    /// <summary>What voids a run: a report without its settled refund, events that went astray, and any difference
    /// between the gateway's ledger and ours.</summary>
    public IEnumerable<string> Findings(DemoBooks books)
    {
        var refunds = books.Refunds.Where(one => one.IsBySystem).ToLookup(one => one.FaultId);
        foreach (var fault in faults.Values.Where(id => !refunds[id].Any(one => one.IsSettled)))
        {
            yield return $"fault {fault}: {refunds[fault].FirstOrDefault()?.State ?? "no refund"}";
        }
        IEnumerable<string> others =
        [
            .. DemoMoneyCheck.Findings(books),
            .. DemoEventCheck.UnderWay(books),
            .. DemoEventCheck.Findings(books),
        ];
        foreach (var finding in others)
        {
            yield return finding;
        }
    }

    /// <summary>What each report from a number on waited for.</summary>
    public IEnumerable<SettleWait> Waits(DemoBooks books, int from)
    {
        var reports = books.Faults.ToDictionary(one => one.FaultId);
        var payments = books.Payments.ToDictionary(one => one.PaymentId);
        var refunds = books.Refunds.Where(one => one.IsBySystem).ToDictionary(one => one.FaultId!.Value);
        foreach (var id in faults.Where(pair => pair.Key >= from).Select(pair => pair.Value))
        {
            var (report, refund) = (reports[id], refunds[id]);
            var payment = payments[refund.PaymentId!.Value];
            var last = new[] { report.CreateTime, report.RecordTime!.Value, payment.CreateTime }.Max();
            yield return new(last, refund.CreateTime, refund.DispatchTime!.Value, refund.SettleTime!.Value);
        }
    }

    public void Dispose() => gateway.Dispose();

    private async Task<Vehicle> Register(int n)
    {
        var request = new RegisterVehicleRequest
        {
            Parent = WholeSystem.Parent,
            Vehicle = new Vehicle { PrintedCode = $"B-{n}", Product = "scooter" },
            RequestId = $"{WholeSystem.NewId()}",
        };
        var wires = system.Wires;
        return await wires.Call(wires.Faults.RegisterVehicleAsync, request, WholeSystem.Operator, default);
    }

    /// <summary>What the demo's client grants the machine, with room for every rider of the row.</summary>
    private static CreateDelegationRequest Grant(DateTimeOffset now)
    {
        var clause = new Clause
        {
            Id = "never-ran-automatic",
            Effect = ClauseEffect.Permit,
            Actions = { RefundAction.CardRefund },
            Reasons = { "UNLOCK_FAILED" },
            Actors = { Actor.System },
            MaxAmount = Won(10_000),
            MaxRideAgeHours = 24,
            Evidence = { Evidence.RideNeverRan, Evidence.FaultReport },
            Tier = Tier.T0,
        };
        var budget = new Budget
        {
            Id = "delegation-month",
            Dimension = BudgetDimension.Delegation,
            Window = BudgetWindow.CalendarMonth,
            LimitAmount = Won(BudgetWon),
        };
        return new CreateDelegationRequest
        {
            Parent = WholeSystem.Parent,
            Delegation = new Delegation
            {
                Vendor = "vendors/bench-desk",
                StartTime = now.ToTimestamp(),
                ExpireTime = now.AddDays(1).ToTimestamp(),
                Clauses = { clause },
                Budgets = { budget },
            },
            RequestId = $"{WholeSystem.NewId()}",
        };
    }

    private static RecordRideRequest RideOf(Vehicle vehicle, Token rider, string key, DateTimeOffset now) =>
        new()
        {
            Parent = WholeSystem.Parent,
            Ride = new Ride
            {
                ExternalId = key,
                Vehicle = vehicle.Name,
                Rider = rider.Subject,
                StartTime = now.AddMinutes(-2).ToTimestamp(),
                EndTime = now.AddMinutes(-1).ToTimestamp(),
                UnlockOutcome = UnlockOutcome.Failed,
            },
            RequestId = $"{WholeSystem.NewId()}",
        };

    private static RecordPaymentRequest PaymentOf(Ride ride, Token rider, string key, DateTimeOffset now) =>
        new()
        {
            Parent = WholeSystem.Parent,
            Payment = new Payment
            {
                Ride = ride.Name,
                Customer = rider.Subject,
                Amount = Won(FareWon),
                Instrument = Instrument.Card,
                GatewayPaymentKey = key,
                ApproveTime = now.AddMinutes(-2).ToTimestamp(),
            },
            RequestId = $"{WholeSystem.NewId()}",
        };

    private static Mobility.Type.V1.Money Won(long amount) => new Money(amount, "KRW").ToWire();
}

/// <summary>The times of one report, by the services' clock.</summary>
/// <param name="Known">Ride, payment and report were all told.</param>
/// <param name="Admitted">The event had arrived and the refund was decided.</param>
/// <param name="Sent">The last order went to the gateway.</param>
/// <param name="Settled">The gateway's proof was written.</param>
internal sealed record SettleWait(DateTime Known, DateTime Admitted, DateTime Sent, DateTime Settled);

using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Refunds;
using Mobility.Tests.Support;
using Mobility.Type.V1;
using Xunit;
using Budget = Mobility.Refunds.V1.Budget;
using Clause = Mobility.Refunds.V1.Clause;
using Delegation = Mobility.Refunds.V1.Delegation;

namespace Mobility.Tests.Web;

/// <summary>Who lives in the system, and what they did before a test begins; all of it through the API.</summary>
internal sealed class WebPeople
{
    public const string Parent = $"clients/{TestIssuer.Client}";
    public const string Vendor = "vendors/haenam-contact";

    /// <summary>In front of a shop in Gangneung.</summary>
    public const double Latitude = 37.7645;
    public const double Longitude = 128.8996;

    private readonly WebSystem system;
    private int rides;

    private WebPeople(WebSystem system) => this.system = system;

    public string Agent { get; } = NewPerson();
    public string Lead { get; } = NewPerson();
    public string Officer { get; } = NewPerson();
    public string Rider { get; } = $"{Parent}/riders/{NewId()}";
    public Delegation Delegation { get; private set; } = null!;

    public Metadata AsAgent => As(Role.Agent, Agent);
    public Metadata AsLead => As(Role.Lead, Lead);
    public Metadata AsOfficer => As(Role.ClientOfficer, Officer);
    public Metadata AsOperator => As(Role.Operator, "systems/fleet");

    private DateTimeOffset Now => system.Clock.GetUtcNow();

    /// <summary>Enrols the people, puts them on duty and grants the vendor its authority.</summary>
    public static async Task<WebPeople> Settle(WebSystem system)
    {
        var people = new WebPeople(system);
        await people.Enrol(people.Officer, MemberRole.ClientOfficer, "", "운영사 담당자 가람");
        await people.Enrol(people.Lead, MemberRole.Lead, Vendor, "팀장 한솔");
        await people.Enrol(people.Agent, MemberRole.Agent, Vendor, "상담원 하나");
        people.Delegation = await people.Grant();
        await Poll.Until(() => people.IsKnownToDesk(people.Agent), what: "Desk knows its people");
        await people.OnDuty(people.Agent, DutyRole.Agent);
        await people.OnDuty(people.Lead, DutyRole.Lead);
        return people;
    }

    public static string NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();

    public static string NewPerson() => $"people/{NewId()}";

    public static Money Won(long won) => new() { CurrencyCode = "KRW", Units = won };

    public Metadata As(Role role, string subject) => system.Web.As(role, subject);

    /// <summary>Up to 10,000 won at once, up to 30,000 with the lead's agreement, above that with the officer's
    /// too.</summary>
    public async Task<Delegation> Grant() =>
        await system.Refunds.CreateDelegationAsync(
            new()
            {
                Parent = Parent,
                RequestId = NewId(),
                Delegation = new Delegation
                {
                    Vendor = Vendor,
                    StartTime = (Now - TimeSpan.FromDays(1)).ToTimestamp(),
                    ExpireTime = (Now + TimeSpan.FromDays(30)).ToTimestamp(),
                    Clauses =
                    {
                        ClauseOf("small", 10_000, Tier.T0),
                        ClauseOf("middle", 30_000, Tier.T1),
                        ClauseOf("large", 60_000, Tier.T2),
                    },
                    Budgets =
                    {
                        new Budget
                        {
                            Id = "daily",
                            Dimension = BudgetDimension.Delegation,
                            Window = BudgetWindow.CalendarDay,
                            LimitAmount = Won(1_000_000),
                        },
                        new Budget
                        {
                            Id = "each-agent",
                            Dimension = BudgetDimension.Agent,
                            Window = BudgetWindow.CalendarDay,
                            LimitAmount = Won(300_000),
                            LimitCount = 50,
                        },
                        new Budget
                        {
                            Id = "unsafe",
                            Dimension = BudgetDimension.Delegation,
                            Window = BudgetWindow.CalendarDay,
                            Reasons = { "VEHICLE_UNSAFE" },
                            LimitAmount = Won(10_000),
                            OnBreach = BreachAction.Escalate,
                        },
                    },
                },
            },
            AsOfficer
        );

    /// <summary>What the gateway calls the payment.</summary>
    public async Task<string> KeyOf(string payment) =>
        Assert.Single(
            await system
                .Service("refunds")
                .Rows<string>(
                    """SELECT gateway_payment_key FROM payment WHERE client_id <> '' AND payment_id = @id::uuid""",
                    new { id = payment.Split('/')[^1] }
                )
        );

    /// <summary>Ends what the vendor may do now.</summary>
    public async Task Stop()
    {
        var all = await system.Refunds.ListDelegationsAsync(new() { Parent = Parent }, AsOfficer);
        await system.Refunds.RevokeDelegationAsync(
            RevokeDelegationTests.Stopping(all.Delegations.Single(one => one.State == DelegationState.Active)),
            AsOfficer
        );
    }

    /// <summary>A vehicle with a code of its own.</summary>
    public async Task<Vehicle> Register(string code) =>
        await system.Faults.RegisterVehicleAsync(
            new()
            {
                Parent = Parent,
                RequestId = NewId(),
                Vehicle = new Vehicle
                {
                    PrintedCode = code,
                    Product = "scooter",
                    ExternalId = "fleet-" + code,
                },
            },
            AsOperator
        );

    /// <summary>A ride that ended some minutes ago, and what was paid for it: of somebody who did not ride before, as
    /// what is given back to a customer counts together, unless the rider is named.</summary>
    public async Task<(Ride Ride, Payment Payment)> Ride(
        Vehicle vehicle,
        long won,
        bool unlocked = true,
        string? rider = null
    )
    {
        rider ??= $"{Parent}/riders/{NewId()}";
        var end = Now - TimeSpan.FromMinutes(5);
        var ride = await system.Faults.RecordRideAsync(
            new()
            {
                Parent = Parent,
                RequestId = NewId(),
                Ride = new Ride
                {
                    ExternalId = $"R-{Interlocked.Increment(ref rides)}",
                    Vehicle = vehicle.Name,
                    Rider = rider,
                    StartTime = (end - TimeSpan.FromMinutes(12)).ToTimestamp(),
                    EndTime = end.ToTimestamp(),
                    DistanceMeters = unlocked ? 2_140 : 0,
                    UnlockOutcome = unlocked ? UnlockOutcome.Unlocked : UnlockOutcome.Failed,
                },
            },
            AsOperator
        );
        var key = $"tgen_web_{rides}_{NewId()}";
        await system.Gateway.Capture(key, won);
        var payment = await system.Refunds.RecordPaymentAsync(
            new()
            {
                Parent = Parent,
                RequestId = NewId(),
                Payment = new Payment
                {
                    Ride = ride.Name,
                    Customer = rider,
                    Amount = Won(won),
                    Instrument = Instrument.Card,
                    GatewayPaymentKey = key,
                    ApproveTime = end.ToTimestamp(),
                },
            },
            AsOperator
        );
        return (ride, payment);
    }

    /// <summary>A brake failure on that ride, which grounds the vehicle and makes a case.</summary>
    public async Task<Fault> Report(Vehicle vehicle, Ride ride) =>
        await system.Faults.CreateFaultAsync(
            new()
            {
                Parent = Parent,
                RequestId = NewId(),
                Fault = new Fault
                {
                    PrintedCode = vehicle.PrintedCode,
                    Category = "BRAKE_FAILURE",
                    Note = "내리막에서 뒷브레이크가 듣지 않아 발로 멈췄어요.",
                    Ride = ride.Name,
                    Position = new LatLng { Latitude = Latitude, Longitude = Longitude },
                    PositionAccuracyMeters = 12,
                    Channel = Channel.App,
                },
            },
            As(Role.Rider, ride.Rider)
        );

    /// <summary>The case that a thing belongs to, once Desk has heard of it.</summary>
    public async Task<Case> CaseOf(string part)
    {
        Case? found = null;
        await Poll.Until(
            async () =>
            {
                var page = await system.Desk.ListCasesAsync(new() { Parent = Parent, Part = part }, AsLead);
                found = page.Cases.FirstOrDefault();
                return found is not null;
            },
            what: $"a case of {part}"
        );
        return found!;
    }

    private static Clause ClauseOf(string id, long most, Tier tier) =>
        new()
        {
            Id = id,
            Effect = ClauseEffect.Permit,
            Actions = { RefundAction.CardRefund },
            Actors = { Actor.Agent, Actor.Lead },
            MaxAmount = Won(most),
            Tier = tier,
        };

    private async Task Enrol(string person, MemberRole role, string vendor, string alias) =>
        await system.Refunds.EnrolMemberAsync(
            new()
            {
                Parent = Parent,
                RequestId = NewId(),
                Member = new Member
                {
                    Person = person,
                    Vendor = vendor,
                    Role = role,
                    Level = 3,
                    State = MemberState.Active,
                    Alias = alias,
                },
            },
            AsOperator
        );

    private async Task OnDuty(string person, DutyRole role) =>
        await system.Desk.CreateShiftAsync(
            new()
            {
                Parent = Parent,
                RequestId = NewId(),
                Shift = new Shift
                {
                    Person = person,
                    Role = role,
                    StartTime = (Now - TimeSpan.FromHours(1)).ToTimestamp(),
                    EndTime = (Now + TimeSpan.FromHours(10)).ToTimestamp(),
                },
            },
            AsLead
        );

    private async Task<bool> IsKnownToDesk(string person) =>
        (
            await system
                .Service("desk")
                .Rows<string>("""SELECT 'people/' || person_id FROM members WHERE client_id <> ''""")
        ).Contains(person);
}

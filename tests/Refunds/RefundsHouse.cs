using System.Collections.Concurrent;
using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using Delegation = Mobility.Refunds.V1.Delegation;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>
/// The service on a database of its own beside the simulator's process, and people who call it; what is given comes
/// about through the API and events only. Officer, agent and lead are enrolled.
/// </summary>
internal sealed partial class RefundsHouse : IAsyncDisposable
{
    public const string Parent = $"clients/{TestIssuer.Client}";
    public const string Vendor = "vendors/haenam-contact";
    private static readonly TimeSpan Patience = Poll.Patience;
    private static readonly Lazy<Task<GatewayProcess>> SharedGateway = new(StartGateway);
    private static int counter;

    private readonly GatewayProcess? own;
    private readonly ConcurrentDictionary<string, string> payers = new(StringComparer.Ordinal);

    private RefundsHouse(TestService service, GatewayProcess gateway, bool isOwn)
    {
        Service = service;
        own = isOwn ? gateway : null;
        Gateway = gateway.Client();
        Rpc = new RefundsService.RefundsServiceClient(service.Channel);
        (Officer, Agent, Lead) = (NewPerson(), NewPerson(), NewPerson());
        Rider = NewRider();
    }

    public TestService Service { get; }
    public GatewayClient Gateway { get; }
    public RefundsService.RefundsServiceClient Rpc { get; }
    public string Officer { get; }
    public string Agent { get; }
    public string Lead { get; }
    public string Rider { get; }
    public DateTimeOffset Now => Service.Clock.GetUtcNow();

    public Metadata AsOperator => Service.As(Role.Operator, "systems/fleet");
    public Metadata AsOfficer => Service.As(Role.ClientOfficer, Officer);
    public Metadata AsAgent => Service.As(Role.Agent, Agent);
    public Metadata AsLead => Service.As(Role.Lead, Lead);
    public Metadata AsRider => Service.As(Role.Rider, Rider);

    public static async Task<RefundsHouse> Open(Uri? gatewayUrl = null) =>
        await Open(await SharedGateway.Value, gatewayUrl, isOwn: false);

    /// <summary>With hours of the gateway of its own.</summary>
    public static async Task<RefundsHouse> OpenWithHours(string file)
    {
        var gateway = await SharedGateway.Value;
        var house = new RefundsHouse(await StartService(gateway.Url, file), gateway, isOwn: false);
        await house.Staff();
        await house.Grant();
        return house;
    }

    /// <summary>In a service that other tests use too.</summary>
    public static async Task<RefundsHouse> Open(OneService one)
    {
        var house = new RefundsHouse(await one.Visit(), await SharedGateway.Value, isOwn: false);
        await house.Staff();
        return house;
    }

    /// <summary>With a gateway that no other test uses: what it holds is let go all at once.</summary>
    public static async Task<RefundsHouse> OpenWithOwnGateway() =>
        await Open(await StartGateway(), gatewayUrl: null, isOwn: true);

    /// <summary>A house with the usual delegation.</summary>
    public static async Task<RefundsHouse> OpenWithDelegation()
    {
        var house = await Open();
        await house.Grant();
        return house;
    }

    public static string NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();

    public static string NewRider() => $"{Parent}/riders/{NewId()}";

    public static string NewRide() => $"{Parent}/rides/{NewId()}";

    public static string NewPerson() => $"people/{NewId()}";

    public static Type.V1.Money Won(long won) => new() { CurrencyCode = "KRW", Units = won };

    public async Task<Member> Enrol(
        string person,
        MemberRole role,
        string vendor = Vendor,
        int level = 3,
        MemberState state = MemberState.Active
    ) => await Rpc.EnrolMemberAsync(Enrolment(person, role, vendor, level, state), AsOperator);

    public async Task<Delegation> Grant(Action<Delegation>? change = null)
    {
        var request = Granting();
        change?.Invoke(request.Delegation);
        return await Rpc.CreateDelegationAsync(request, AsOfficer);
    }

    /// <summary>A captured payment, at the gateway and here: the first one and that of a known ride are the house's
    /// rider's, each other one is a new customer's.</summary>
    public async Task<Payment> Pay(long won = 5_000, string? ride = null, string? customer = null)
    {
        var request = Recording(won, ride, customer);
        await Gateway.Capture(request.Payment.GatewayPaymentKey, won);
        return await Rpc.RecordPaymentAsync(request, AsOperator);
    }

    public async Task<Refund> Ask(Payment payment, long won, string reason = "GOODWILL", Metadata? caller = null) =>
        await Rpc.CreateRefundAsync(Asking(payment, won, reason), caller ?? AsAgent);

    /// <summary>A refund whose order the gateway has and answers when it is told to.</summary>
    public async Task<Refund> AskHeld(Payment payment, long won)
    {
        await Gateway.Fault("hold", payment.GatewayPaymentKey);
        var refund = await Ask(payment, won);
        await Until(refund.Name, RefundState.Dispatching);
        // It is on its way by then, and what is let go before it comes is not let go.
        await Gateway.UntilHolding(1);
        return refund;
    }

    /// <summary>A refund of which nobody knows what became of it, with the first question two seconds ahead on a clock
    /// that stands still.</summary>
    public async Task<Refund> AskInVain(Payment payment, long won, string fault, Metadata? caller = null)
    {
        await Gateway.Fault(fault, payment.GatewayPaymentKey);
        var refund = await Ask(payment, won, caller: caller);
        await Gateway.UntilMet(payment.GatewayPaymentKey);
        Service.Clock.Advance(GatewayHttp.Patience);
        return await Until(refund.Name, RefundState.Unconfirmed);
    }

    public Task Deliver(RideRecorded evt) => Service.Apply(OnRideRecorded.Handle, evt);

    public Task Deliver(FaultSnapshot fault) =>
        Service.Apply(OnFaultReported.Handle, new FaultReported { Fault = fault });

    public async Task<Refund> Get(string name) => await Rpc.GetRefundAsync(new() { Name = name }, AsLead);

    public async Task<IReadOnlyList<Refund>> Refunds(string? ride = null) =>
        (await Rpc.ListRefundsAsync(new() { Parent = Parent, Ride = ride ?? "" }, AsLead)).Refunds;

    /// <summary>
    /// The refund once it is in the state. The settle job gives no signal, so it is asked; the clock moves on so that
    /// what is due later becomes due.
    /// </summary>
    public async Task<Refund> Until(string name, RefundState state, TimeSpan? tick = null)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var refund = await Get(name);
        while (refund.State != state)
        {
            Assert.False(
                deadline.IsCancellationRequested,
                $"{name} is {refund.State} ({refund.GatewayCode}), not {state}"
            );
            Service.Clock.Advance(tick ?? TimeSpan.Zero);
            WakeJobs();
            // The assertion above says which state it is in; a cancelled wait would say nothing.
            await Task.Delay(TimeSpan.FromMilliseconds(5), deadline.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            refund = await Get(name);
        }
        return refund;
    }

    /// <summary>Waits, on a clock that stands still, until the jobs have brought it about.</summary>
    public Task Until(Func<Task<bool>> condition, string what) =>
        Poll.Until(
            () =>
            {
                WakeJobs();
                return condition();
            },
            what: what
        );

    // A job that looked just before the clock moved on would sleep until it moves again.
    private void WakeJobs()
    {
        Service.Db.Wake(SettleRefunds.Job);
        Service.Db.Wake(ReconcilePayments.Job);
    }

    public Task<IReadOnlyList<T>> Rows<T>(string sql, object? args = null) => Service.Rows<T>(sql, args);

    /// <summary>The service once more, on the same database and clock.</summary>
    public Task<TestService> Another() =>
        TestService.Start(new RefundsApp(), Service.Settings.Own, Service.Clock, database: Service.Settings.Database);

    public async ValueTask DisposeAsync()
    {
        Gateway.Dispose();
        await Service.DisposeAsync();
        own?.Dispose();
    }

    /// <summary>A service before the gateway that most tests share.</summary>
    public static async Task<TestService> StartService() => await StartService((await SharedGateway.Value).Url);

    /// <summary>The same with the usual delegation.</summary>
    public static async Task<TestService> StartGranted() => (await OpenWithDelegation()).Service;

    private static Task<TestService> StartService(Uri gatewayUrl, string? hours = null)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [SettleRefunds.GatewayUrl] = gatewayUrl.ToString(),
            [SettleRefunds.GatewaySecret] = GatewayProcess.Secret,
            [PersonKey.Setting] = Convert.ToBase64String(new byte[32]),
        };
        if (hours is not null)
        {
            settings[GatewayHours.Setting] = hours;
        }
        return TestService.Start(new RefundsApp(), settings);
    }

    private static async Task<RefundsHouse> Open(GatewayProcess gateway, Uri? gatewayUrl, bool isOwn)
    {
        var house = new RefundsHouse(await StartService(gatewayUrl ?? gateway.Url), gateway, isOwn);
        await house.Staff();
        return house;
    }

    private async Task Staff()
    {
        await Enrol(Officer, MemberRole.ClientOfficer, vendor: "");
        await Enrol(Agent, MemberRole.Agent);
        await Enrol(Lead, MemberRole.Lead);
    }

    private static Task<GatewayProcess> StartGateway() => GatewayProcess.Start(TestFolder.New("gateway"));
}

/// <summary>Refunds for tests that do not meet in it.</summary>
public sealed class OneRefunds() : OneService(RefundsHouse.StartService);

/// <summary>The same with the usual delegation.</summary>
public sealed class OneRefundsGranted() : OneService(RefundsHouse.StartGranted);

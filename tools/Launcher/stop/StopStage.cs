using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>Who takes part in the stop: an officer, callers with a payment each; and what was granted.</summary>
internal sealed class StopStage : IDisposable
{
    private const string Client = "gangneung-kick";
    private const string Parent = $"clients/{Client}";
    private const string Vendor = "vendors/stop-desk";

    /// <summary>More than all callers ask for: the stop is what ends it, and no limit.</summary>
    private const long Plenty = 10_000_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly StopSystem system;
    private readonly IReadOnlyList<GrpcChannel> channels;
    private readonly Token officer = Token.Person("client_officer", NewId(), Client);
    private readonly Token fleet = Token.Person("operator", NewId(), Client);

    public StopStage(StopSystem system)
    {
        this.system = system;
        channels = [.. system.Addresses.Select(address => GrpcChannel.ForAddress(address))];
        Apis = [.. channels.Select(channel => new RefundsService.RefundsServiceClient(channel))];
    }

    /// <summary>The API of each process.</summary>
    public IReadOnlyList<RefundsService.RefundsServiceClient> Apis { get; }

    /// <summary>Name of what was granted.</summary>
    public string Delegation { get; private set; } = "";

    /// <summary>Enrols everybody, captures the payments, grants; the callers, spread over the processes.</summary>
    public async Task<IReadOnlyList<StopCaller>> Prepare(int callers)
    {
        var (api, now) = (Apis[0], TimeProvider.System.GetUtcNow());
        await Enrol(officer, MemberRole.ClientOfficer, vendor: "");
        var granting = new CreateDelegationRequest
        {
            Parent = Parent,
            Delegation = Grant(now),
            RequestId = $"{NewId()}",
        };
        Delegation = (await api.CreateDelegationAsync(granting, Headers(officer))).Name;
        using var gateway = new DemoGateway(system.Stack.State, system.Stack.Run);
        return await Task.WhenAll(Enumerable.Range(0, callers).Select(n => NewCaller(gateway, Apis[n % Apis.Count])));
    }

    /// <summary>The officer presses stop, at any process.</summary>
    public Task Stop(int n) =>
        Insist(() =>
            Apis[n % Apis.Count]
                .SuspendDelegationAsync(
                    new()
                    {
                        Name = Delegation,
                        Reason = "The demo's stop.",
                        RequestId = $"{NewId()}",
                    },
                    Headers(officer)
                )
                .ResponseAsync
        );

    /// <summary>The officer, who has just signed in, lets it go on.</summary>
    public Task Resume(int n) =>
        Insist(() =>
            Apis[n % Apis.Count]
                .ResumeDelegationAsync(
                    new()
                    {
                        Name = Delegation,
                        Reason = "The demo goes on.",
                        RequestId = $"{NewId()}",
                    },
                    Headers(officer)
                )
                .ResponseAsync
        );

    /// <summary>A busy service is asked again: a caller does so too.</summary>
    public static async Task<T> Insist<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.ResourceExhausted or StatusCode.Aborted)
            {
                await Task.Delay(Pause, TimeProvider.System);
            }
        }
    }

    public void Dispose()
    {
        foreach (var channel in channels)
        {
            channel.Dispose();
        }
    }

    private async Task<StopCaller> NewCaller(DemoGateway gateway, RefundsService.RefundsServiceClient api)
    {
        var agent = Token.Person("agent", NewId(), Client) with { Vendor = Vendor };
        await Enrol(agent, MemberRole.Agent, Vendor);
        var key = $"stop-{NewId()}";
        await gateway.Capture(key, Plenty, "Card", default);
        var recording = new RecordPaymentRequest
        {
            Parent = Parent,
            Payment = new Payment
            {
                Ride = $"{Parent}/rides/{NewId()}",
                Customer = $"{Parent}/riders/{NewId()}",
                Amount = Won(Plenty),
                Instrument = Instrument.Card,
                GatewayPaymentKey = key,
                ApproveTime = TimeProvider.System.GetUtcNow().ToTimestamp(),
            },
            RequestId = $"{NewId()}",
        };
        var payment = await Insist(() => Apis[0].RecordPaymentAsync(recording, Headers(fleet)).ResponseAsync);
        return new StopCaller(api, Parent, payment.Name, Headers(agent));
    }

    private Task Enrol(Token person, MemberRole role, string vendor)
    {
        var request = new EnrolMemberRequest
        {
            Parent = Parent,
            Member = new Member
            {
                Person = person.Subject,
                Vendor = vendor,
                Role = role,
                Level = 3,
                State = MemberState.Active,
            },
            RequestId = $"{NewId()}",
        };
        return Insist(() => Apis[0].EnrolMemberAsync(request, Headers(fleet)).ResponseAsync);
    }

    private static Delegation Grant(DateTimeOffset now) =>
        new()
        {
            Vendor = Vendor,
            StartTime = now.AddMinutes(-1).ToTimestamp(),
            ExpireTime = now.AddDays(1).ToTimestamp(),
            Clauses =
            {
                new Clause
                {
                    Id = "agents",
                    Effect = ClauseEffect.Permit,
                    Actions = { RefundAction.CardRefund },
                    Actors = { Actor.Agent },
                    Tier = Tier.T0,
                },
            },
            Budgets =
            {
                new Budget
                {
                    Id = "day",
                    Dimension = BudgetDimension.Delegation,
                    Window = BudgetWindow.CalendarDay,
                    LimitAmount = Won(Plenty),
                },
            },
        };

    private Metadata Headers(Token person) =>
        new() { { "authorization", $"Bearer {person.Sign(system.Stack.Run.IssuerKey, TimeProvider.System)}" } };

    private static Mobility.Type.V1.Money Won(long amount) => new Money(amount, "KRW").ToWire();

    public static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}

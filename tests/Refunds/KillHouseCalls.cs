using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using static Mobility.Tests.Refunds.RefundsHouse;
using Delegation = Mobility.Refunds.V1.Delegation;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What people ask of the house; each call is repeated until somebody answers it.</summary>
public sealed partial class KillHouse
{
    /// <summary>A captured payment, at the gateway and in the books.</summary>
    public async Task<Payment> Pay(long won)
    {
        var key = $"kill_{++payments}";
        await Gateway.Capture(key, won);
        var request = new RecordPaymentRequest
        {
            Parent = Parent,
            RequestId = NewId(),
            Payment = new Payment
            {
                Ride = NewRide(),
                Customer = NewRider(),
                Amount = Won(won),
                Instrument = Instrument.Card,
                GatewayPaymentKey = key,
                ApproveTime = (Now - TimeSpan.FromHours(1)).ToTimestamp(),
            },
        };
        var payment = await Repeated(
            (rpc, headers) => rpc.RecordPaymentAsync(request, headers),
            () => As(Role.Operator, "systems/fleet")
        );
        paymentKey = key;
        return payment;
    }

    public Task<Refund> Ask(
        Payment payment,
        long won,
        string? agent = null,
        string reason = "GOODWILL",
        string replaces = ""
    )
    {
        var request = Asking(payment, won, reason);
        request.Refund.Replaces = replaces;
        requests.Add(request.RequestId);
        return Repeated(
            (rpc, headers) => rpc.CreateRefundAsync(request, headers),
            () => As(Role.Agent, agent ?? Agent)
        );
    }

    /// <summary>The operator's record of the ride comes: it moved. Told to the database beside the process.</summary>
    public async Task Record(Payment payment)
    {
        var record = new RideRecorded
        {
            Ride = payment.Ride,
            Revision = 1,
            Vehicle = $"{Parent}/vehicles/{NewId()}",
            Rider = payment.Customer,
            StartTime = (Now - TimeSpan.FromHours(1)).ToTimestamp(),
            EndTime = Now.ToTimestamp(),
            DistanceMeters = 900,
            UnlockOutcome = UnlockOutcome.Unlocked,
            Product = "scooter",
        };
        await Db.InTransaction(
            TestIssuer.Client,
            async tx =>
            {
                await OnRideRecorded.Handle(record, tx);
                return true;
            },
            CancellationToken.None
        );
    }

    public Task<Refund> Approve(Refund refund, bool asOfficer = false)
    {
        var request = Approving(refund);
        return Repeated(
            (rpc, headers) => rpc.ApproveRefundAsync(request, headers),
            () => asOfficer ? As(Role.ClientOfficer, Officer) : As(Role.Lead, Lead)
        );
    }

    public Task<Refund> Decline(Refund refund)
    {
        var request = new DeclineRefundRequest
        {
            Name = refund.Name,
            Note = "근거가 부족합니다",
            RequestId = NewId(),
        };
        return Repeated((rpc, headers) => rpc.DeclineRefundAsync(request, headers), () => As(Role.Lead, Lead));
    }

    public Task<Refund> Resolve(Refund refund, bool asOfficer = false)
    {
        var request = Resolving(refund.Name);
        return Repeated(
            (rpc, headers) => rpc.ResolveRefundAsync(request, headers),
            () => asOfficer ? As(Role.ClientOfficer, Officer) : As(Role.Lead, Lead)
        );
    }

    public Task<Refund> Withdraw(Refund refund)
    {
        var request = new WithdrawRefundRequest { Name = refund.Name, RequestId = NewId() };
        return Repeated((rpc, headers) => rpc.WithdrawRefundAsync(request, headers), () => As(Role.Agent, Agent));
    }

    public async Task Suspend()
    {
        var request = Suspending(Delegation);
        await Repeated((rpc, headers) => rpc.SuspendDelegationAsync(request, headers), AsOfficer);
    }

    public async Task Resume()
    {
        var request = Resuming(Delegation);
        await Repeated((rpc, headers) => rpc.ResumeDelegationAsync(request, headers), AsOfficer);
    }

    public Task<Member> Enrol(string person, MemberRole role, MemberState state = MemberState.Active)
    {
        var vendor = role == MemberRole.ClientOfficer ? "" : Vendor;
        var request = Enrolment(person, role, vendor, state: state);
        return Repeated(
            (rpc, headers) => rpc.EnrolMemberAsync(request, headers),
            () => As(Role.Operator, "systems/fleet")
        );
    }

    private DateTimeOffset Now => process!.Clock.GetUtcNow();

    private Metadata As(Role role, string subject) => TestService.Bearer(TestIssuer.Token(role, subject, Now));

    private Metadata AsOfficer() => As(Role.ClientOfficer, Officer);

    private Task<Delegation> Grant()
    {
        var request = new CreateDelegationRequest
        {
            Parent = Parent,
            RequestId = NewId(),
            Delegation = new Delegation
            {
                Vendor = Vendor,
                StartTime = (Now - TimeSpan.FromDays(1)).ToTimestamp(),
                ExpireTime = (Now + TimeSpan.FromDays(360)).ToTimestamp(),
                Clauses =
                {
                    AgentClause(),
                    TierClause("lead-agrees", 30_000, Tier.T1),
                    TierClause("officer-agrees", 90_000, Tier.T2),
                },
                Budgets = { DayBudget(10_000_000) },
            },
        };
        return Repeated((rpc, headers) => rpc.CreateDelegationAsync(request, headers), AsOfficer);
    }

    /// <summary>The same call, with the same request id, until somebody answers it.</summary>
    private async Task<T> Repeated<T>(
        Func<RefundsService.RefundsServiceClient, Metadata, AsyncUnaryCall<T>> call,
        Func<Metadata> caller,
        bool isPatient = true
    )
        where T : IMessage<T>
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                return await call(process!.Rpc, caller());
            }
            catch (RpcException e)
                when (isPatient && e.StatusCode == StatusCode.Unavailable && !deadline.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}

using System.Text.Json;
using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using Clause = Mobility.Refunds.V1.Clause;
using Delegation = Mobility.Refunds.V1.Delegation;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>Second persons of the house and what they do.</summary>
internal sealed partial class RefundsHouse
{
    /// <summary>A house whose delegation asks nobody up to 10,000 won, a lead up to 30,000, an officer too
    /// beyond.</summary>
    public static async Task<RefundsHouse> OpenWithTiers()
    {
        var house = await Open();
        await house.GrantTiers();
        return house;
    }

    public Task<Delegation> GrantTiers(Action<Delegation>? change = null) =>
        Grant(asked =>
        {
            asked.Clauses.Add(TierClause("lead-agrees", 30_000, Tier.T1));
            asked.Clauses.Add(TierClause("officer-agrees", 90_000, Tier.T2));
            change?.Invoke(asked);
        });

    public static Clause TierClause(string id, long won, Tier tier)
    {
        var clause = AgentClause();
        clause.Id = id;
        clause.MaxAmount = Won(won);
        clause.Tier = tier;
        return clause;
    }

    /// <summary>A house whose delegation permits every action: won as usual, rides and locks at most 3 a day.</summary>
    public static async Task<RefundsHouse> OpenWithEveryAction()
    {
        var house = await Open();
        await house.Grant(asked =>
        {
            asked.Clauses[0].Actions.Clear();
            asked.Clauses[0].Actions.AddRange(System.Enum.GetValues<RefundAction>()[1..]);
            asked.Budgets.Add(
                new Mobility.Refunds.V1.Budget
                {
                    Id = "few",
                    Dimension = BudgetDimension.Agent,
                    Window = BudgetWindow.CalendarDay,
                    LimitCount = 3,
                }
            );
        });
        return house;
    }

    public Task Deliver(Mobility.Faults.V1.VehicleChanged evt) =>
        Service.Apply(Mobility.Refunds.OnVehicleChanged.Handle, evt);

    /// <summary>What the back office did for the refund; empty when nothing.</summary>
    public async Task<IReadOnlyList<(string Kind, string Subject, long? Value)>> Acts(Refund refund)
    {
        var ledger = (await Gateway.Get("/back-office/ledger")).Body.GetProperty("entries").EnumerateArray();
        var key = "refund-" + refund.Name[(refund.Name.LastIndexOf('/') + 1)..];
        return
        [
            .. ledger
                .Where(line => line.GetProperty("idempotencyKey").GetString() == key)
                .Select(line =>
                    (
                        line.GetProperty("kind").GetString()!,
                        line.GetProperty("subject").GetString()!,
                        line.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number
                            ? value.GetInt64()
                            : (long?)null
                    )
                ),
        ];
    }

    /// <summary>A refund that waits for a lead.</summary>
    public async Task<Refund> AskForLead(Metadata? caller = null) =>
        await Ask(await Pay(50_000), 20_000, caller: caller);

    /// <summary>A refund to which a lead agreed and that waits for an officer.</summary>
    public async Task<Refund> AskForOfficer()
    {
        var refund = await Ask(await Pay(90_000), 60_000);
        return await Approve(refund, AsLead);
    }

    public static ApproveRefundRequest Approving(Refund refund) =>
        new()
        {
            Name = refund.Name,
            RequestHash = refund.RequestHash,
            Note = "확인했습니다",
            RequestId = NewId(),
        };

    public async Task<Refund> Approve(Refund refund, Metadata caller) =>
        await Rpc.ApproveRefundAsync(Approving(refund), caller);

    public async Task<Refund> Decline(Refund refund, Metadata caller) =>
        await Rpc.DeclineRefundAsync(
            new()
            {
                Name = refund.Name,
                Note = "근거가 부족합니다",
                RequestId = NewId(),
            },
            caller
        );

    /// <summary>Says that it was not done, or by which transaction it was.</summary>
    public static ResolveRefundRequest Resolving(string refund, string transactionKey = "") =>
        new()
        {
            Name = refund,
            Outcome = transactionKey.Length == 0 ? ReviewOutcome.NotDone : ReviewOutcome.Done,
            GatewayTransactionKey = transactionKey,
            Evidence = "게이트웨이 콘솔의 취소 목록을 확인했습니다",
            RequestId = NewId(),
        };

    public async Task<Refund> Resolve(string refund, Metadata caller, string transactionKey = "") =>
        await Rpc.ResolveRefundAsync(Resolving(refund, transactionKey), caller);

    /// <summary>A refund of 3,000 won of which nobody knows, and which a stop keeps from being sent again; so long ago
    /// that lists are not late any more, unless it is fresh.</summary>
    public async Task<(Payment Payment, Refund Refund)> Reviewed(bool asLead = false, bool fresh = false)
    {
        var delegation = await Grant();
        var payment = await Pay(5_000);
        var refund = await AskInVain(payment, 3_000, "timeout_before", asLead ? AsLead : null);
        await Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), AsOfficer);
        refund = await Until(refund.Name, RefundState.UnderReview, TimeSpan.FromSeconds(1));
        if (!fresh)
        {
            Service.Clock.Advance(Mobility.Refunds.PaymentComparison.ListDelay);
        }
        return (payment, refund);
    }

    public async Task<Refund> Withdraw(Refund refund, Metadata? caller = null) =>
        await Rpc.WithdrawRefundAsync(new() { Name = refund.Name, RequestId = NewId() }, caller ?? AsAgent);

    /// <summary>A lead of the vendor or an officer of the client who is enrolled and ready.</summary>
    public async Task<Metadata> Another(MemberRole role, string? vendor = null)
    {
        var person = NewPerson();
        await Enrol(person, role, vendor ?? (role == MemberRole.ClientOfficer ? "" : Vendor));
        return Service.As(role == MemberRole.ClientOfficer ? Role.ClientOfficer : Role.Lead, person);
    }

    /// <summary>The call is refused with the code and reason, and refund, holds, approvals and events are as
    /// before.</summary>
    public async Task Refused(StatusCode code, string reason, Func<Task> call)
    {
        var before = await Fingerprint();
        var error = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((code, reason), (error.StatusCode, TestService.ReasonOf(error)));
        Assert.Equal(before, await Fingerprint());
    }

    /// <summary>Won held and settled on all payments, and what budgets of policies count besides what
    /// settled.</summary>
    public async Task<(long Held, long Settled, long InBudgets, long Count)> Held() =>
        Assert.Single(
            await Rows<(long, long, long, long)>(
                """
                WITH counted AS (
                    SELECT coalesce(sum(amount), 0) AS amount, coalesce(sum(count), 0) AS count FROM budget_counter
                    WHERE budget NOT LIKE 'client:%'),
                settled AS (
                    SELECT coalesce(sum(r.amount), 0) AS amount, count(*) AS count
                    FROM refund r, jsonb_array_elements(r.debits::jsonb) d
                    WHERE r.state IN ('Settled', 'Returned', 'Closed') AND d->>'budget' NOT LIKE 'client:%')
                SELECT (SELECT coalesce(sum(held), 0) FROM payment)::bigint,
                    (SELECT coalesce(sum(settled), 0) FROM payment)::bigint,
                    (c.amount - s.amount)::bigint, (c.count - s.count)::bigint
                FROM counted c, settled s
                """
            )
        );

    /// <summary>Stands for all that a call could change.</summary>
    public async Task<string> Fingerprint() =>
        Assert.Single(
            await Rows<string>(
                """
                SELECT md5(concat_ws('|',
                    (SELECT string_agg(r::text, ',' ORDER BY refund_id) FROM refund r),
                    (SELECT string_agg(a::text, ',' ORDER BY refund_id, step) FROM approval a),
                    (SELECT string_agg(s::text, ',' ORDER BY refund_id, step) FROM resolution s),
                    (SELECT string_agg(b::text, ',' ORDER BY b::text) FROM budget_counter b),
                    (SELECT string_agg(p::text, ',' ORDER BY payment_id) FROM payment p),
                    (SELECT count(*) FROM ledger_entry), (SELECT count(*) FROM once), (SELECT count(*) FROM outbox)))
                """
            )
        );
}

using System.Collections.Immutable;
using Mobility.Holidays;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A request with everything its decision depends on.</summary>
public sealed record Weighed(
    string ClientId,
    Decision Decision,
    RefundFacts Facts,
    PaymentRow? Payment,
    DelegationRow? Delegation,
    RefundTarget Target,
    HolidayCalendar Calendar
);

/// <summary>Whom and what a request is about, as far as the rows tell.</summary>
public sealed record RefundTarget(Guid? RideId, Guid? CustomerId, Guid? VehicleId);

/// <summary>What a refund that waits brings into its next decision: where it is held under the delegation that decides,
/// how much of the payment it holds itself, and who agreed; of one that waited for evidence only that it was asked for
/// before.</summary>
public sealed record StandingHold(
    ImmutableArray<BudgetSlot> HeldIn,
    long Amount,
    ImmutableArray<MemberRole> Agreed,
    bool AskedBefore = false
)
{
    public static readonly StandingHold None = new([], 0, []);
    public static readonly StandingHold Nothing = None with { AskedBefore = true };
}

/// <summary>Collects the facts of a request and decides; without locks it only says what would be decided
/// now.</summary>
public static class Weighing
{
    public static async Task<Weighed> Weigh(
        Tx tx,
        RefundAsked asked,
        RequesterFacts requester,
        Guid? delegationId,
        bool locked,
        StandingHold? hold = null
    )
    {
        var isFirst = hold is null;
        hold ??= StandingHold.None;
        var delegation = delegationId is { } id ? await Read(tx, id, locked) : null;
        var policy = delegation?.Policy();
        var payment = asked.PaymentId is { } paymentId ? await Payment(tx, paymentId) : null;
        var rideId = payment?.RideId ?? asked.RideId;
        var facts = Facts(
            tx,
            asked,
            requester,
            delegation,
            payment,
            rideId is { } ride ? await FactCopies.Ride(tx, ride) : null,
            asked.VehicleId is { } vehicle ? await FactCopies.Vehicle(tx, vehicle) : null,
            await FactCopies.Faults(tx, rideId, asked.VehicleId, asked.FaultId),
            asked.CaseId is { } caseId ? await CaseCopies.Find(tx, caseId) : null,
            hold
        );
        if (policy is not null)
        {
            ImmutableArray<BudgetSlot> slots = [.. BudgetRoom.Slots(policy, facts)];
            facts = facts with { Uses = await BudgetTable.Uses(tx, delegation!.DelegationId, slots, locked) };
        }
        if (isFirst && payment is not null)
        {
            facts = facts.Beside(await LateEvidence.Waiting(tx, payment.PaymentId));
        }
        if (locked && payment is not null)
        {
            payment = await PaymentTable.Locked(tx, payment.PaymentId);
            facts = facts with { Payment = Of(payment, hold) };
        }
        return Decided(tx, asked, policy, facts, payment, delegation);
    }

    /// <summary>The decision on facts that are whole, with what it concerns.</summary>
    public static Weighed Decided(
        Tx tx,
        RefundAsked asked,
        Policy? policy,
        RefundFacts facts,
        PaymentRow? payment,
        DelegationRow? delegation
    ) =>
        new(
            tx.ClientId,
            RefundRules.Decide(policy, facts, ReasonCatalogue.Current),
            facts,
            payment,
            delegation,
            Target(asked, payment, facts),
            tx.Holidays.Current
        );

    /// <summary>All that a decision depends on but what the budgets have counted.</summary>
    public static RefundFacts Facts(
        Tx tx,
        RefundAsked asked,
        RequesterFacts requester,
        DelegationRow? delegation,
        PaymentRow? payment,
        RideRecord? ride,
        VehicleFacts? vehicle,
        FaultFacts fault,
        CaseSubject? about,
        StandingHold hold
    )
    {
        var client = tx.Clients.Find(tx.ClientId)!;
        return new RefundFacts
        {
            Now = tx.Now,
            Zone = client.TimeZone,
            Currency = client.Currency,
            Request = new RequestFacts(asked.Action, asked.Reason, asked.Amount),
            // By whom and by whose account it was paid never changes, so the rows need no lock for it.
            Requester = requester with
            {
                IsPayer = requester.Ties.Paid(payment),
                OwnsCustomer = requester.Ties.Owns(payment?.CustomerId ?? IdOf(ride?.Rider)),
            },
            Delegation = delegation?.Facts(),
            Payment = Of(payment, hold),
            Ride = ride,
            Vehicle = vehicle,
            Case = asked.CaseId?.ToString(),
            CaseRecord = about?.Beside(payment?.RideId ?? asked.RideId, asked.VehicleId ?? IdOf(ride?.Vehicle)),
            Fault = fault,
            AskedBefore = hold.AskedBefore,
            Agreed = hold.Agreed,
            HeldIn = hold.HeldIn,
        };
    }

    private static async Task<PaymentRow> Payment(Tx tx, Guid paymentId) =>
        await PaymentTable.Get(tx, paymentId)
        ?? throw Errors.Unknown(Errors.PaymentUnknown, new ResourceName(tx.ClientId, "payments", paymentId).ToString());

    private static Task<DelegationRow?> Read(Tx tx, Guid delegationId, bool locked) =>
        locked ? DelegationTable.Locked(tx, delegationId) : DelegationTable.Get(tx, delegationId);

    private static RefundTarget Target(RefundAsked asked, PaymentRow? payment, RefundFacts facts) =>
        new(
            payment?.RideId ?? asked.RideId,
            payment?.CustomerId ?? IdOf(facts.Ride?.Rider),
            asked.VehicleId ?? IdOf(facts.Ride?.Vehicle)
        );

    private static Guid? IdOf(string? text) => Guid.TryParse(text, out var id) ? id : null;

    public static PaymentFacts? Of(PaymentRow? payment, StandingHold hold) =>
        payment is null
            ? null
            : new PaymentFacts(
                payment.PaymentId.ToString(),
                payment.CustomerId.ToString(),
                payment.Instrument,
                payment.ApproveTime,
                payment.Amount,
                payment.Settled,
                payment.Held - hold.Amount
            );
}

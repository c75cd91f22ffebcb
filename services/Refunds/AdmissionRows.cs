using System.Collections.Immutable;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Refunds;

/// <summary>
/// The rows that requests are decided on. Glanced at without a lock first, which says what to lock; then all locks in
/// one round, in the order that holds everywhere: members, refunds to replace, delegation, budgets by key, payments by
/// id.
/// </summary>
internal sealed class AdmissionRows
{
    /// <summary>The second glance sees what is locked, so a third is never needed.</summary>
    private const int AttemptsMax = 3;

    /// <summary>
    /// Until the transaction ends a statement keeps its plan, and the plan goes by keys: whatever is read or written
    /// here has a key, and what the settle job looks for has an index, and to plan twenty statements anew under the
    /// delegation's lock took longer than to run them. A plan that was made while a table was empty is no other,
    /// because nothing but keys may be gone by. Nor bitmaps of them: they look at all rows that an index still has and
    /// never note which of them are dead.
    /// </summary>
    internal const string KeepPlans = """
        SELECT set_config('plan_cache_mode', 'force_generic_plan', true) || set_config('enable_seqscan', 'off', true)
            || set_config('enable_hashjoin', 'off', true) || set_config('enable_mergejoin', 'off', true)
            || set_config('enable_bitmapscan', 'off', true)
        """;

    private readonly IReadOnlyList<AdmissionAsk> asks;
    private readonly IReadOnlyDictionary<Guid, RideRecord> rides;
    private readonly IReadOnlyDictionary<Guid, VehicleFacts> vehicles;
    private readonly IReadOnlyList<FaultFacts> faults;
    private readonly IReadOnlyDictionary<Guid, CaseSubject> cases;
    private readonly string? vendor;
    private IReadOnlyDictionary<Guid, MemberRow> members;
    private Dictionary<Guid, PaymentRow> payments;
    private Dictionary<Guid, Replaceable> returned = [];
    private Dictionary<Guid, long> waiting = [];

    private AdmissionRows(
        IReadOnlyList<AdmissionAsk> asks,
        IReadOnlyList<MemberRow> members,
        IReadOnlyList<DelegationRow> delegations,
        IReadOnlyList<PaymentRow> payments,
        IReadOnlyDictionary<Guid, RideRecord> rides,
        IReadOnlyDictionary<Guid, VehicleFacts> vehicles,
        IReadOnlyList<FaultFacts> faults,
        IReadOnlyDictionary<Guid, CaseSubject> cases
    )
    {
        this.asks = asks;
        this.members = members.ToDictionary(row => row.PersonId);
        this.payments = payments.ToDictionary(row => row.PaymentId);
        (this.rides, this.vehicles, this.faults, this.cases) = (rides, vehicles, faults, cases);
        // Who belongs to another vendor than the first has a transaction alone.
        vendor = asks.Select(ask => this.members.GetValueOrDefault(ask.Person)?.Vendor)
            .OfType<string>()
            .FirstOrDefault();
        Delegation = delegations.FirstOrDefault(row => vendor is null || row.Vendor == vendor);
        Policy = Delegation?.Policy();
    }

    /// <summary>The one delegation that decides; null when none reaches the requester.</summary>
    public DelegationRow? Delegation { get; private set; }

    /// <summary>Its policy.</summary>
    public Policy? Policy { get; }

    /// <summary>What the budgets have counted, those that are admitted meanwhile with it.</summary>
    public BudgetCounts Counts { get; private set; } = new([]);

    /// <summary>Reads, looks and locks in three waits at most, and one more for each time that what was glanced at had
    /// changed before it was locked.</summary>
    public static async Task<AdmissionRows> Lock(Tx tx, IReadOnlyList<AdmissionAsk> asks, Action<Round> alsoLook)
    {
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var rows = await Glance(tx, asks);
            if (await rows.Lock(tx, alsoLook))
            {
                return rows;
            }
        }
        throw new InvalidOperationException("What is locked changed all the same.");
    }

    /// <summary>Does the request belong to the delegation that decides here?</summary>
    public bool Covers(AdmissionAsk ask) =>
        members.GetValueOrDefault(ask.Person) is not { } member || member.Vendor == vendor;

    /// <summary>Who asks, as the locked row says.</summary>
    /// <exception cref="Refusal">PERMISSION_DENIED MEMBER_UNKNOWN or MEMBER_SUSPENDED.</exception>
    public RequesterFacts Requester(AdmissionAsk ask) =>
        ask.Caller is null
            ? RequesterFacts.TheService
            : RequestedBy(MemberTable.Standing(members.GetValueOrDefault(ask.Person), ask.Caller), ask.Caller.Subject);

    /// <summary>The payment as it stands after those that were decided before; null when none is asked about.</summary>
    /// <exception cref="Refusal">NOT_FOUND PAYMENT_UNKNOWN.</exception>
    public PaymentRow? Payment(Tx tx, AdmissionAsk ask) =>
        ask.Asked.PaymentId is not { } id ? null
        : payments.TryGetValue(id, out var payment) ? payment
        : throw Errors.Unknown(Errors.PaymentUnknown, new ResourceName(tx.ClientId, "payments", id).ToString());

    /// <summary>Looks at the refund that the request would replace, if it names one.</summary>
    /// <exception cref="Refusal">NOT_FOUND REFUND_UNKNOWN, FAILED_PRECONDITION NOT_REPLACEABLE.</exception>
    public void MayReplace(Tx tx, AdmissionAsk ask) =>
        Replacement.Check(tx, ask.Asked, returned.GetValueOrDefault(ask.Asked.Replaces ?? Guid.Empty));

    /// <summary>Takes the place of the refund that this one replaces, if it does, before those that come after
    /// it.</summary>
    public void Replace(RefundRow row)
    {
        if (row.Replaces is { } original)
        {
            returned[original] = returned[original] with { ReplacementId = row.Refund.RefundId };
        }
    }

    /// <summary>The facts of the request of that number, with what the budgets have counted by now.</summary>
    public RefundFacts Facts(Tx tx, int n, RequesterFacts requester, PaymentRow? payment)
    {
        var facts = FactsWithoutUses(tx, n, requester, payment);
        facts = payment is null ? facts : facts.Beside(waiting.GetValueOrDefault(payment.PaymentId));
        return Policy is null ? facts : facts with { Uses = Counts.Uses(BudgetRoom.Slots(Policy, facts)) };
    }

    /// <summary>Counts what waits for evidence, for those that come after it.</summary>
    public void Wait(PaymentRow payment) =>
        waiting[payment.PaymentId] = waiting.GetValueOrDefault(payment.PaymentId) + 1;

    /// <summary>Counts what was admitted, for those that come after it.</summary>
    public void Hold(PaymentRow? payment, Refund refund)
    {
        Counts.Hold(refund.Debits, refund.Amount);
        if (payment is not null)
        {
            payments[payment.PaymentId] = payment with { Held = payment.Held + refund.Amount };
        }
    }

    private static async Task<AdmissionRows> Glance(Tx tx, IReadOnlyList<AdmissionAsk> asks)
    {
        // The service asks for one alone and is nobody's member.
        DelegationRow? own = null;
        if (asks[0].Caller is null && await DelegationTable.OfTheService(tx) is { } id)
        {
            own = await DelegationTable.Get(tx, id);
        }
        var asked = asks.Select(ask => ask.Asked).ToList();
        var people = Ids(asks, ask => ask.Caller is null ? null : ask.Person);
        var paid = Ids(asks, ask => ask.Asked.PaymentId);
        var round = tx.NewRound();
        round.One<string>(KeepPlans);
        var members = MemberTable.Many(round, tx, people);
        var delegations = DelegationTable.OfVendorsOf(round, tx, people);
        var payments = PaymentTable.Many(round, tx, paid);
        var rides = ManyFacts.Rides(round, tx, paid, Ids(asks, ask => ask.Asked.RideId));
        var vehicles = ManyFacts.Vehicles(round, tx, Ids(asks, ask => ask.Asked.VehicleId));
        var faults = ManyFacts.Faults(round, tx, asked);
        var cases = CaseCopies.Find(round, tx, Ids(asks, ask => ask.Asked.CaseId));
        await round.Run();
        return new AdmissionRows(
            asks,
            members(),
            own is null ? delegations() : [own],
            payments(),
            rides(),
            vehicles(),
            faults(),
            cases()
        );
    }

    /// <summary>False when what was glanced at had changed.</summary>
    private async Task<bool> Lock(Tx tx, Action<Round> alsoLook)
    {
        var glanced = (Vendors: VendorsOf(members.Values), Delegation);
        var round = tx.NewRound();
        var lockedMembers = MemberTable.ManyLocked(round, tx, [.. members.Keys]);
        var replaceable = Replacement.Look(round, tx, Ids(asks, ask => ask.Asked.Replaces), locked: true);
        if (Delegation is { } entered)
        {
            DelegationDoor.Queue(round, entered.DelegationId);
        }
        var delegation = Delegation is { } row ? DelegationTable.LockedRow(round, tx, row.DelegationId) : () => null;
        var counts = Delegation is { } at ? BudgetTable.Locked(round, tx, at.DelegationId, Slots(tx)) : () => [];
        var lockedPayments = PaymentTable.ManyLocked(round, tx, [.. payments.Keys]);
        var waits = LateEvidence.Waiting(round, tx, [.. payments.Keys]);
        var time = HostClock.Look(round);
        alsoLook(round);
        await round.Run();
        HostClock.Compare(TimeProvider.System.GetUtcNow(), time());
        members = lockedMembers().ToDictionary(member => member.PersonId);
        payments = lockedPayments().ToDictionary(payment => payment.PaymentId);
        waiting = waits();
        returned = replaceable().ToDictionary(row => row.RefundId);
        Delegation = delegation();
        Counts = new BudgetCounts(counts());
        return glanced.Vendors.SetEquals(VendorsOf(members.Values))
            && glanced.Delegation?.PolicyJson == Delegation?.PolicyJson
            && glanced.Delegation?.PolicyHash == Delegation?.PolicyHash;
    }

    private List<BudgetSlot> Slots(Tx tx) =>
        [
            .. asks.Index()
                .Where(ask => Policy is not null && Covers(ask.Item) && IsKnown(ask.Item))
                .SelectMany(ask =>
                    BudgetRoom.Slots(Policy!, FactsWithoutUses(tx, ask.Index, Glanced(ask.Item), Payment(tx, ask.Item)))
                )
                .Distinct(),
        ];

    // A row that is not there is refused once everything is locked.
    private bool IsKnown(AdmissionAsk ask) =>
        (ask.Caller is null || members.ContainsKey(ask.Person))
        && (ask.Asked.PaymentId is not { } payment || payments.ContainsKey(payment));

    private RequesterFacts Glanced(AdmissionAsk ask) =>
        ask.Caller is null ? RequesterFacts.TheService : RequestedBy(members[ask.Person], ask.Caller.Subject);

    private static RequesterFacts RequestedBy(MemberRow member, string subject) =>
        new(RefundRequest.ActorOf(member), subject, member.Level, member.State) { Ties = member.Ties };

    private RefundFacts FactsWithoutUses(Tx tx, int n, RequesterFacts requester, PaymentRow? payment)
    {
        var asked = asks[n].Asked;
        var ride = payment?.RideId ?? asked.RideId;
        return Weighing.Facts(
            tx,
            asked,
            requester,
            Delegation,
            payment,
            ride is { } id ? rides.GetValueOrDefault(id) : null,
            asked.VehicleId is { } vehicle ? vehicles.GetValueOrDefault(vehicle) : null,
            faults[n],
            asked.CaseId is { } about ? cases.GetValueOrDefault(about) : null,
            StandingHold.None
        );
    }

    private static HashSet<(Guid, string)> VendorsOf(IEnumerable<MemberRow> members) =>
        [.. members.Select(member => (member.PersonId, member.Vendor))];

    private static Guid[] Ids(IEnumerable<AdmissionAsk> asks, Func<AdmissionAsk, Guid?> idOf) =>
        [.. asks.Select(idOf).OfType<Guid>().Distinct()];
}

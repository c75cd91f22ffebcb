using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Budget = Mobility.Refunds.V1.Budget;
using Payment = Mobility.Refunds.V1.Payment;

namespace Mobility.Tests.Refunds;

/// <summary>However the same arrivals are split into transactions, what comes of them is the same.</summary>
public sealed class AdmissionSplitTests
{
    private const int Arrivals = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Any_split_of_the_same_arrivals_gives_the_same_decisions_balances_leaves_and_events(int seed)
    {
        await using var house = await Open();
        var random = new Random(seed);
        var script = Enumerable.Range(0, Arrivals).Select(_ => Arrival.Any(random)).ToList();
        List<int[]> splits =
        [
            [.. Enumerable.Repeat(1, Arrivals)],
            [Arrivals],
            Cut(random),
            Cut(random),
            Cut(random),
        ];

        var pictures = new List<string>();
        foreach (var (n, split) in splits.Index())
        {
            var world = await SplitWorld.Make(house, $"vendors/split-{n}");
            var rest = script.AsEnumerable();
            foreach (var size in split)
            {
                await world.Admit([.. rest.Take(size)]);
                rest = rest.Skip(size);
            }
            pictures.Add(await world.Picture());
            await DecisionReplay.Agrees(house, world.Delegation);
        }

        Assert.All(
            ["ALLOWED", "DENIED", "NEEDS_APPROVAL", "BUDGET_AMOUNT", "BUDGET_COUNT", "AMOUNT_EXCEEDS_PAYMENT"],
            outcome => Assert.Contains(outcome, pictures[0], StringComparison.Ordinal)
        );
        Assert.All(pictures, picture => Assert.Equal(pictures[0], picture));
    }

    [Fact]
    public async Task Requests_at_once_through_four_services_are_decided_as_in_the_order_of_their_commits()
    {
        await using var house = await Open();
        var world = await SplitWorld.Make(house, "vendors/at-once");
        var others = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => house.Another()));
        try
        {
            var random = new Random(4);
            var services = others.Append(house.Service).ToList();
            var replies = await Task.WhenAll(
                Enumerable
                    .Range(0, 2 * Arrivals)
                    .Select(n => world.Ask(services[n % services.Count], Arrival.Any(random)))
            );

            Assert.Equal(
                [(long)replies.Length],
                await house.Rows<long>("""SELECT decision_count FROM delegation WHERE vendor = 'vendors/at-once'""")
            );
            await DecisionReplay.Agrees(house, world.Delegation);
        }
        finally
        {
            await Task.WhenAll(others.Select(other => other.DisposeAsync().AsTask()));
        }
    }

    private static int[] Cut(Random random)
    {
        var sizes = new List<int>();
        while (sizes.Sum() < Arrivals)
        {
            sizes.Add(random.Next(1, Arrivals + 1 - sizes.Sum()));
        }
        return [.. sizes];
    }

    /// <summary>Who asks for how much of which payment and why.</summary>
    internal sealed record Arrival(int Agent, int Payment, long Amount, string Reason)
    {
        public static Arrival Any(Random random) =>
            new(
                random.Next(SplitWorld.Agents),
                random.Next(SplitWorld.Payments),
                random.Next(1, 9) * 500,
                random.Next(2) == 0 ? "GOODWILL" : "OVERCHARGED"
            );
    }

    /// <summary>A vendor with people, payments and a delegation of its own, like every other.</summary>
    internal sealed class SplitWorld
    {
        public const int Agents = 3;
        public const int Payments = 8;

        private readonly RefundsHouse house;
        private readonly List<Payment> payments = [];
        private readonly List<string> agents = [];
        private readonly List<(string Id, string Name)> names = [];

        private SplitWorld(RefundsHouse house, string delegation)
        {
            this.house = house;
            Delegation = Guid.Parse(delegation.Split('/')[^1]);
            names.Add((Delegation.ToString(), "delegation"));
        }

        public Guid Delegation { get; }

        public static async Task<SplitWorld> Make(RefundsHouse house, string vendor)
        {
            var granted = await house.Grant(asked =>
            {
                asked.Vendor = vendor;
                var lead = AgentClause();
                (lead.Id, lead.Tier, lead.MaxAmount) = ("with-a-lead", Tier.T1, Won(14_000));
                asked.Clauses[0].MaxAmount = Won(6_000);
                asked.Clauses.Add(lead);
                asked.Budgets.AddRange(Budgets());
            });
            var world = new SplitWorld(house, granted.Name);
            var vehicles = Enumerable.Range(0, 3).Select(_ => $"{Parent}/vehicles/{NewId()}").ToList();
            var customers = Enumerable.Range(0, 4).Select(_ => NewRider()).ToList();
            foreach (var n in Enumerable.Range(0, Payments))
            {
                var payment = await house.Pay(7_000, customer: customers[n % customers.Count]);
                var ride = house.RideOf(payment.Ride, meters: 900);
                (ride.Vehicle, ride.Rider) = (vehicles[n % vehicles.Count], payment.Customer);
                await house.Deliver(ride);
                world.payments.Add(payment);
                world.Name(payment.Name, $"payment-{n}");
                world.Name(payment.Ride, $"ride-{n}");
            }
            foreach (var n in Enumerable.Range(0, Agents))
            {
                world.agents.Add(NewPerson());
                await house.Enrol(world.agents[n], MemberRole.Agent, vendor);
                world.Name(world.agents[n], $"agent-{n}");
            }
            vehicles.Index().ToList().ForEach(vehicle => world.Name(vehicle.Item, $"vehicle-{vehicle.Index}"));
            customers.Index().ToList().ForEach(customer => world.Name(customer.Item, $"customer-{customer.Index}"));
            return world;
        }

        /// <summary>In one transaction.</summary>
        public Task Admit(IReadOnlyList<Arrival> arrivals) =>
            house.Service.Db.InTransaction(TestIssuer.Client, tx => Admit(tx, arrivals), CancellationToken.None);

        /// <summary>In this one.</summary>
        public Task<IReadOnlyList<AdmissionOutcome>> Admit(Tx tx, IReadOnlyList<Arrival> arrivals) =>
            Admission.Admit(tx, [.. arrivals.Select(AskOf)], _ => { }, () => _ => true);

        /// <summary>Through the API of one of the services.</summary>
        public async Task<Mobility.Refunds.V1.Refund> Ask(TestService service, Arrival arrival)
        {
            var request = Asking(payments[arrival.Payment], arrival.Amount, arrival.Reason);
            var caller = house.Service.As(Role.Agent, agents[arrival.Agent]);
            return await new RefundsService.RefundsServiceClient(service.Channel).CreateRefundAsync(request, caller);
        }

        /// <summary>All that came of it, with names in place of ids. Settling goes on meanwhile: what is held and what
        /// is settled count together.</summary>
        public async Task<string> Picture()
        {
            var rows = await house.Rows<string>(
                """
                SELECT line FROM (
                    SELECT 1 AS part, l.number AS n, concat_ws(' ', l.number, l.step, r.amount, r.requested_by,
                        r.payment_id, r.vehicle_id, r.awaited_role, r.expire_time, r.decision, r.debits,
                        l.leaf::jsonb - 'refund' - 'facts' - 'request') AS line
                    FROM audit_leaf l JOIN refund r USING (client_id, refund_id) WHERE l.delegation_id = @Delegation
                    UNION ALL
                    SELECT 2, 0, concat_ws(' ', budget, key, bucket, amount, count)
                    FROM budget_counter WHERE delegation_id = @Delegation
                    UNION ALL
                    SELECT 3, 0, concat_ws(' ', payment_id, held + settled, overdrawn)
                    FROM payment WHERE payment_id = ANY(@Payments)
                    UNION ALL
                    SELECT 4, l.number, concat_ws(' ', e.kind, e.account, e.amount)
                    FROM ledger_entry e JOIN audit_leaf l USING (client_id, refund_id)
                    WHERE l.delegation_id = @Delegation AND e.kind = 'HOLD'
                    UNION ALL
                    SELECT 5, 0, concat_ws(' ', row_number() OVER (ORDER BY o.id), o.type)
                    FROM outbox o JOIN audit_leaf l ON o.subject LIKE '%' || l.refund_id
                    WHERE l.delegation_id = @Delegation
                        AND o.type ~ '(RefundApproved|RefundDenied|RefundAwaitingApproval)$'
                ) AS lines
                """,
                new { Delegation, Payments = payments.Select(payment => IdOf(payment.Name)).ToArray() }
            );
            var named = rows.Select(row =>
                names.Aggregate(row, (line, name) => line.Replace(name.Id, name.Name, StringComparison.Ordinal))
            );
            return string.Join('\n', named.Order(StringComparer.Ordinal));
        }

        private static IEnumerable<Budget> Budgets() =>
            Enum.GetValues<BudgetDimension>()
                .Where(dimension => dimension is not (BudgetDimension.Unspecified or BudgetDimension.Case))
                .Select(dimension =>
                {
                    var budget = DayBudget(dimension is BudgetDimension.Delegation ? 40_000 : 15_000);
                    (budget.Id, budget.Dimension) = ($"each-{(int)dimension}", dimension);
                    budget.LimitCount = dimension is BudgetDimension.Payment ? 2 : 20;
                    return budget;
                });

        private static Guid IdOf(string name) => Guid.Parse(name.Split('/')[^1]);

        private void Name(string resource, string name) => names.Add((resource.Split('/')[^1], name));

        private AdmissionAsk AskOf(Arrival arrival) =>
            new(
                new RefundAsked
                {
                    PaymentId = IdOf(payments[arrival.Payment].Name),
                    FaultId = null,
                    Action = RefundAction.CardRefund,
                    Reason = arrival.Reason,
                    Amount = arrival.Amount,
                    Note = "",
                    RequestId = Guid.Parse(NewId()),
                },
                new Caller(agents[arrival.Agent], Role.Agent, [TestIssuer.Client], null, house.Now, NewId())
            );
    }
}

using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Launcher;
using Mobility.Refunds.V1;
using Npgsql;

namespace Mobility.Bench;

/// <summary>Who asks for what in the row `refund`: agents of one vendor, under one delegation with five budgets, for
/// one won of one of two thousand payments.</summary>
internal sealed class RefundStage
{
    private const int Payments = 2_000;

    private const string Vendor = "vendors/bench-desk";

    private static readonly Token Officer = Person("client_officer", Intake.Clients + 1);

    private readonly RefundsService.RefundsServiceClient refunds;
    private readonly IReadOnlyList<Func<Metadata>> callers;
    private long replies;

    private RefundStage(BenchSystem system, RefundsService.RefundsServiceClient refunds, int most)
    {
        this.refunds = refunds;
        callers = [.. Enumerable.Range(1, most).Select(n => system.Headers(Person("agent", 1 + (n % Intake.Clients))))];
    }

    /// <summary>Replies so far.</summary>
    public long Replies => Interlocked.Read(ref replies);

    /// <summary>Enrols everybody, grants, captures.</summary>
    /// <param name="system">The service.</param>
    /// <param name="most">Callers at once; some share an agent.</param>
    public static async Task<RefundStage> Prepare(BenchSystem system, int most)
    {
        var refunds = new RefundsService.RefundsServiceClient(system.Open("refunds"));
        await Prepare(system, refunds);
        return new RefundStage(system, refunds, most);
    }

    /// <summary>One request by the caller of that number.</summary>
    /// <exception cref="VoidRunException">It does not wait for a lead.</exception>
    public async Task Ask(int caller)
    {
        var refund = await refunds.CreateRefundAsync(Request(), callers[caller]());
        if (refund.State != RefundState.AwaitingApproval)
        {
            throw new VoidRunException($"a refund is {refund.State}: {refund.Decision}");
        }
        Interlocked.Increment(ref replies);
    }

    public static CreateRefundRequest Request() =>
        new()
        {
            Parent = $"clients/{Intake.Client}",
            RequestId = NewId(),
            Refund = new Refund
            {
                Payment = $"clients/{Intake.Client}/payments/{Id(Random.Shared.Next(1, Payments + 1))}",
                Action = RefundAction.CardRefund,
                Reason = "GOODWILL",
                Amount = Won(1),
            },
        };

    private static async Task Prepare(BenchSystem system, RefundsService.RefundsServiceClient refunds)
    {
        var oper = system.Headers(new Token("operator", "systems/bench", Intake.Client));
        await refunds.EnrolMemberAsync(Enrolment(Officer, MemberRole.ClientOfficer, ""), oper());
        foreach (var n in Enumerable.Range(1, Intake.Clients))
        {
            await refunds.EnrolMemberAsync(Enrolment(Person("agent", n), MemberRole.Agent, Vendor), oper());
        }
        await refunds.CreateDelegationAsync(Grant(TimeProvider.System.GetUtcNow()), system.Headers(Officer)());
        await using var connection = new NpgsqlConnection(system.Stack.State.Services["refunds"].Database);
        await connection.OpenAsync();
        await IntakeBench.Execute(connection, $"SELECT set_config('mobility.client', '{Intake.Client}', false)");
        await IntakeBench.Execute(
            connection,
            $"""
            INSERT INTO payment (client_id, payment_id, ride_id, customer_id, amount, instrument, gateway_payment_key,
                approve_time, create_time, revision)
            SELECT '{Intake.Client}', lpad(n::text, 32, '0')::uuid, lpad(n::text, 32, '0')::uuid,
                lpad((n % 500)::text, 32, '0')::uuid, 100000000, 'Card', 'bench-' || n, now(), now(), 1
            FROM generate_series(1, {Payments}) AS n
            """
        );
    }

    private static EnrolMemberRequest Enrolment(Token person, MemberRole role, string vendor) =>
        new()
        {
            Parent = $"clients/{Intake.Client}",
            RequestId = NewId(),
            Member = new Member
            {
                Person = person.Subject,
                Vendor = vendor,
                Role = role,
                Level = 3,
                State = MemberState.Active,
            },
        };

    private static CreateDelegationRequest Grant(DateTimeOffset now) =>
        new()
        {
            Parent = $"clients/{Intake.Client}",
            RequestId = NewId(),
            Delegation = new Delegation
            {
                Vendor = Vendor,
                StartTime = now.AddMinutes(-1).ToTimestamp(),
                ExpireTime = now.AddDays(1).ToTimestamp(),
                Clauses =
                {
                    new Clause
                    {
                        Id = "with-a-lead",
                        Effect = ClauseEffect.Permit,
                        Actions = { RefundAction.CardRefund },
                        Actors = { Actor.Agent },
                        Tier = Tier.T1,
                    },
                },
                Budgets =
                {
                    Budget(1, BudgetDimension.Agent),
                    Budget(2, BudgetDimension.Delegation),
                    Budget(3, BudgetDimension.Reason),
                    Budget(4, BudgetDimension.Customer),
                    Budget(5, BudgetDimension.Payment),
                },
            },
        };

    private static Budget Budget(int n, BudgetDimension dimension) =>
        new()
        {
            Id = $"each-{n}",
            Dimension = dimension,
            Window = BudgetWindow.CalendarMonth,
            LimitAmount = Won(1_000_000_000),
        };

    private static Token Person(string role, int n) =>
        Token.Person(role, Guid.Parse(Id(n)), Intake.Client) with
        {
            Vendor = role == "agent" ? Vendor : null,
        };

    private static string Id(int n) => Guid.ParseExact(n.ToString("D32", CultureInfo.InvariantCulture), "N").ToString();

    private static string NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();

    private static Type.V1.Money Won(long won) => new() { CurrencyCode = "KRW", Units = won };
}

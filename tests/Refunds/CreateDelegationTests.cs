using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class CreateDelegationTests
{
    [Fact]
    public async Task A_delegation_is_granted_with_its_hash_and_balances()
    {
        await using var house = await Open();

        var delegation = await house.Grant();

        Assert.Equal(DelegationState.Active, delegation.State);
        Assert.Equal((1L, house.Officer), (delegation.Epoch, delegation.GrantedBy));
        Assert.Matches("^[0-9a-f]{64}$", delegation.PolicyHash);
        Assert.Equal(["agents", "automatic"], delegation.Clauses.Select(clause => clause.Id));
        var balance = Assert.Single(delegation.Balances);
        Assert.Equal(("daily", Won(1_000_000), -1L), (balance.Budget, balance.LeftAmount, balance.LeftCount));
        Assert.Equal(TimeSpan.FromHours(24), (balance.WindowEndTime - balance.WindowStartTime).ToTimeSpan());
        Assert.Equal(DelegationChanged.Descriptor.FullName, (await house.Service.Events())[^1].Type);
    }

    [Fact]
    public async Task What_is_granted_comes_back_as_it_was_asked_for()
    {
        await using var house = await Open();
        var full = FullClause();

        var delegation = await house.Grant(asked =>
        {
            asked.Clauses.Add(full);
            asked.Budgets.Add(FullBudget());
        });

        Assert.Equal(full, delegation.Clauses.Single(clause => clause.Id == "full"));
        Assert.Equal(FullBudget(), delegation.Budgets.Single(budget => budget.Id == "full"));
    }

    [Fact]
    public async Task The_order_of_clauses_and_lists_does_not_change_the_hash()
    {
        await using var house = await Open();
        var first = await house.Grant(asked => asked.Clauses.Add(FullClause()));
        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(first), house.AsOfficer);

        var second = await house.Grant(asked =>
        {
            asked.Clauses.Insert(0, FullClause());
            asked.Clauses[0].Products.Clear();
            asked.Clauses[0].Products.Add(["e-bike", "scooter"]);
        });

        Assert.Equal(first.PolicyHash, second.PolicyHash);
    }

    [Fact]
    public async Task A_second_one_at_the_same_time_for_the_vendor_is_refused_and_one_after_it_is_not()
    {
        await using var house = await Open();
        var first = await house.Grant();

        var error = await Assert.ThrowsAsync<RpcException>(() => house.Grant());
        var other = await house.Grant(asked => asked.Vendor = "vendors/other-contact");
        var next = await house.Grant(asked =>
        {
            asked.StartTime = first.ExpireTime;
            asked.ExpireTime = first.ExpireTime + Duration.FromTimeSpan(TimeSpan.FromDays(366));
        });

        Assert.Equal(StatusCode.AlreadyExists, error.StatusCode);
        Assert.Equal("DELEGATION_OVERLAPS", TestService.ReasonOf(error));
        Assert.NotEqual(other.Name, next.Name);
    }

    [Fact]
    public async Task Ten_officers_at_once_grant_a_vendor_one_delegation()
    {
        await using var house = await Open();

        var grants = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(async _ =>
                {
                    try
                    {
                        return (await house.Grant()).Name;
                    }
                    catch (RpcException e) when (e.StatusCode is StatusCode.AlreadyExists)
                    {
                        return "";
                    }
                })
        );

        Assert.Single(grants, name => name.Length > 0);
        Assert.Equal([1L], await house.Rows<long>("""SELECT count(*) FROM delegation"""));
    }

    [Fact]
    public async Task A_sign_in_of_more_than_five_minutes_ago_is_not_enough()
    {
        await using var house = await Open();
        var stale = TestService.Bearer(
            TestIssuer.Token(Role.ClientOfficer, house.Officer, house.Now, authTime: house.Now.AddSeconds(-301))
        );

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.CreateDelegationAsync(house.Granting(), stale)
        );

        Assert.Equal("STEP_UP_REQUIRED", TestService.ReasonOf(error));
        Assert.Empty(await house.Rows<Guid>("""SELECT delegation_id FROM delegation"""));
    }

    [Fact]
    public async Task Only_the_client_officer_grants()
    {
        await using var house = await Open();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.CreateDelegationAsync(house.Granting(), house.AsLead)
        );

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
    }

    [Fact]
    public async Task Ten_repeats_at_once_grant_once()
    {
        await using var house = await Open();
        var request = house.Granting();

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => house.Rpc.CreateDelegationAsync(request, house.AsOfficer).ResponseAsync)
        );

        Assert.Single(replies.Distinct());
    }

    [Fact]
    public async Task Every_wrong_field_is_named_at_once()
    {
        await using var house = await Open();
        var request = house.Granting();
        Spoil(request);

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.CreateDelegationAsync(request, house.AsOfficer)
        );

        const string first = "delegation.clauses[0]";
        Assert.Equal(
            [
                "delegation.vendor",
                "delegation.expire_time",
                "delegation.budgets",
                first + ".min_level",
                first + ".max_share_basis_points",
                first + ".max_ride_age_hours",
                first + ".max_amount",
                first + ".id",
                first + ".actions",
                first + ".products",
                first + ".reasons",
                first + ".actors[2]",
                first + ".windows[0].days_of_week",
                first + ".windows[0].end_minute",
                "delegation.clauses[1].tier",
                "delegation.budgets[0].window_hours",
                "delegation.budgets[1].dimension",
                "delegation.budgets[1].window_hours",
                "delegation.budgets[1]",
                "request_id",
            ],
            TestService.FieldsOf(error)
        );
    }

    /// <summary>Makes as many fields wrong as can be wrong together.</summary>
    private static void Spoil(CreateDelegationRequest request)
    {
        request.Delegation.Vendor = "haenam";
        request.Delegation.ExpireTime = request.Delegation.StartTime;
        var clause = request.Delegation.Clauses[0];
        clause.Id = "Agents";
        clause.Actions.Clear();
        clause.Actors.Add(Actor.Unspecified);
        clause.Products.Add("hovercraft");
        clause.Reasons.Add("BORED");
        clause.MinLevel = 10;
        clause.MinAmount = Won(10_001);
        clause.MaxShareBasisPoints = 10_001;
        clause.MaxRideAgeHours = -1;
        clause.Windows.Add(
            new TimeWindow
            {
                DaysOfWeek = { 1, 1 },
                StartMinute = 600,
                EndMinute = 600,
            }
        );
        request.Delegation.Clauses[1].Effect = ClauseEffect.Forbid;
        request.Delegation.Clauses[1].Tier = Tier.T0;
        request.Delegation.Budgets[0].WindowHours = 5;
        request.Delegation.Budgets.Add(new Budget { Id = "daily", Window = BudgetWindow.RollingHours });
        request.RequestId = "";
    }

    [Fact]
    public async Task A_grant_without_end_clauses_or_budgets_is_refused()
    {
        await using var house = await Open();
        var request = house.Granting();
        request.Delegation.ExpireTime = null;
        request.Delegation.Clauses.Clear();
        request.Delegation.Budgets.Clear();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.CreateDelegationAsync(request, house.AsOfficer)
        );

        Assert.Equal(
            ["delegation.expire_time", "delegation.clauses", "delegation.budgets"],
            TestService.FieldsOf(error)
        );
    }

    private static Clause FullClause() =>
        new()
        {
            Id = "full",
            Effect = ClauseEffect.Permit,
            Actions = { RefundAction.CardRefund, RefundAction.Coupon, RefundAction.EndRide },
            Products = { "e-bike", "scooter" },
            Reasons = { "GOODWILL", "OVERCHARGED" },
            Instruments = { Instrument.Card, Instrument.EasyPay },
            Actors = { Actor.Lead },
            MinLevel = 4,
            MinAmount = Won(100),
            MaxAmount = Won(30_000),
            MaxShareBasisPoints = 5_000,
            MaxRideAgeHours = 72,
            Windows =
            {
                new TimeWindow
                {
                    DaysOfWeek = { 1, 2, 3 },
                    StartMinute = 540,
                    EndMinute = 1_080,
                },
            },
            Evidence = { Evidence.RideRecord },
            Tier = Tier.T2,
        };

    private static Budget FullBudget() =>
        new()
        {
            Id = "full",
            Dimension = BudgetDimension.Case,
            Window = BudgetWindow.RollingHours,
            WindowHours = 48,
            LimitAmount = Won(50_000),
            LimitCount = 3,
            Actors = { Actor.Agent },
            Reasons = { "GOODWILL" },
            OnBreach = BreachAction.Escalate,
        };
}

using Google.Protobuf;
using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

/// <summary>Events in random orders, late and twice, between what people do and while shifts pass: after every step the
/// desk's promises hold. A failure names its seed, which plays the same again.</summary>
public sealed class DeskPropertyTests
{
    private const int Steps = 120;

    public static TheoryData<int> Seeds => [.. Turn.Of([1, 2, 3], turns: 3)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task After_every_step_the_promises_hold(int seed)
    {
        await using var house = await Open();
        var random = new Random(seed);
        var people = new[] { house.Agent, house.OtherAgent, house.Lead, house.Deputy, house.Officer };
        var late = new List<IMessage>();
        for (var step = 0; step < Steps; step++)
        {
            late.AddRange(step % 3 == 0 ? Story(house, random) : []);
            await (
                random.Next(10) switch
                {
                    0 => Standing(house, random, people),
                    1 => Duty(house, random, people),
                    2 => People(house, random),
                    3 => Time(house, random),
                    _ => Play(house, random, late),
                }
            );
            Assert.True(
                await Broken(house) is [],
                $"Seed {seed}, step {step}: {string.Join("; ", await Broken(house))}"
            );
        }

        // Whatever is left arrives in the end: the last word counts.
        foreach (var evt in late)
        {
            await house.Apply(evt);
        }

        Assert.Empty(await Broken(house));
    }

    /// <summary>What breaks a promise now, by name.</summary>
    private static Task<IReadOnlyList<string>> Broken(DeskHouse house) =>
        house.Service.Rows<string>(
            """
            SELECT 'unowned or with somebody who may not own it: ' || c.id FROM cases c
            WHERE c.state = 1 AND EXISTS (SELECT 1 FROM members m WHERE m.state = 1 AND m.role IN (1, 2, 3))
                AND NOT EXISTS (
                    SELECT 1 FROM members m WHERE m.person_id = c.owner_id AND m.state = 1 AND m.role IN (1, 2, 3))
            UNION ALL
            SELECT 'open without anything open, or closed with: ' || c.id FROM cases c
            WHERE (c.state = 1) <> (c.kept_open OR EXISTS (
                SELECT 1 FROM case_parts p WHERE p.case_id = c.id AND p.waits_for <> 0))
            UNION ALL
            SELECT 'told twice: ' || string_agg(m.id::text, ' ') FROM messages m
            GROUP BY m.recipient, m.subject, m.kind HAVING count(*) > 1
            UNION ALL
            SELECT 'an answered contact without a case: ' || k.id FROM contacts k
            WHERE k.outcome = 2 AND NOT EXISTS (
                SELECT 1 FROM case_parts p WHERE p.kind = 1 AND p.thing_id = k.id AND p.case_id = k.case_id)
            UNION ALL
            SELECT 'two cases of an episode: ' || c.episode_id FROM complaint_copies c
            JOIN case_parts p ON p.kind = 3 AND p.thing_id = c.id
            GROUP BY c.episode_id HAVING count(DISTINCT p.case_id) > 1
            UNION ALL
            SELECT 'a log that does not begin with the opening: ' || l.case_id FROM case_log l
            WHERE l.number = 1 AND l.kind <> 1
            """
        );

    /// <summary>Up to four events, in any order or not at all yet, and some of them twice.</summary>
    private static async Task Play(DeskHouse house, Random random, List<IMessage> late)
    {
        for (var n = random.Next(1, 5); n > 0 && late.Count > 0; n--)
        {
            var evt = late[random.Next(late.Count)];
            await house.Apply(evt);
            _ = random.Next(3) > 0 && late.Remove(evt);
        }
    }

    private static Task Standing(DeskHouse house, Random random, string[] people)
    {
        var index = random.Next(people.Length);
        var role = index switch
        {
            2 => MemberRole.Lead,
            4 => MemberRole.ClientOfficer,
            _ => MemberRole.Agent,
        };
        return house.Enrol(people[index], role, random.Next(3) == 0 ? MemberState.Suspended : MemberState.Active);
    }

    /// <summary>Somebody is put on duty soon; who is suspended or has a shift then is refused, and rightly.</summary>
    private static Task Duty(DeskHouse house, Random random, string[] people)
    {
        var index = random.Next(4);
        var role = index switch
        {
            2 => DutyRole.Lead,
            3 => DutyRole.Deputy,
            _ => DutyRole.Agent,
        };
        var start = TimeSpan.FromHours(random.Next(6));
        return Allowed(() => house.Put(people[index], role, start, start + TimeSpan.FromHours(random.Next(1, 9))));
    }

    private static async Task Time(DeskHouse house, Random random)
    {
        house.Service.Clock.Advance(TimeSpan.FromMinutes(random.Next(1, 300)));
        await FollowRota.Run(house.Service.Job());
    }

    private static async Task People(DeskHouse house, Random random)
    {
        var cases = await house.Service.Rows<string>(
            """SELECT 'clients/' || client_id || '/cases/' || id FROM cases ORDER BY id"""
        );
        var one = cases.Count > 0 ? cases[random.Next(cases.Count)] : house.Name("cases");
        await Allowed(() =>
            random.Next(5) switch
            {
                0 => house.Close(one),
                1 => house.HandOver(one),
                2 => house.Record(ContactOutcome.Answered, inCase: random.Next(2) == 0 ? "" : one),
                3 => house.Create(),
                _ => house.Assign(one, house.Agent, house.AsLead),
            }
        );
    }

    /// <summary>People may be refused: a rule says no and nothing is changed.</summary>
    private static async Task Allowed(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (RpcException refused)
        {
            Assert.True(
                refused.StatusCode
                    is StatusCode.FailedPrecondition
                        or StatusCode.PermissionDenied
                        or StatusCode.NotFound
                        or StatusCode.AlreadyExists,
                TestService.ReasonOf(refused)
            );
        }
    }

    /// <summary>All events of a few things that have to do with each other.</summary>
    private static IEnumerable<IMessage> Story(DeskHouse house, Random random)
    {
        var first = house.Complaint();
        var second = house.Complaint(random.Next(2) == 0 ? first.Episode : null);
        var fault = house.Fault(random.Next(2) == 0 ? Grounding.None : Grounding.Held);
        var refund = random.Next(2) == 0 ? house.Refund() : house.SystemRefund(RefundState.Approved, fault.Fault);
        refund.Complaint = random.Next(3) == 0 ? second.Complaint : "";
        yield return new ComplaintFiled { Complaint = first };
        yield return new ComplaintUpheld { Complaint = Later(first, ComplaintState.Upheld, 2) };
        yield return new ComplaintResolved { Complaint = Later(first, ComplaintState.Resolved, 3, answers: 1) };
        yield return new ComplaintReopened { Complaint = Later(first, ComplaintState.Filed, 4, answers: 1) };
        yield return new ComplaintFiled { Complaint = second };
        var moved = Later(second, ComplaintState.Filed, 2);
        moved.Episode = random.Next(2) == 0 ? first.Episode : house.Name("episodes");
        yield return new ComplaintRegrouped { Complaint = moved };
        yield return new ComplaintWithdrawn { Complaint = Later(moved, ComplaintState.Withdrawn, 3) };
        yield return new FaultReported { Fault = fault };
        yield return new FaultResolved { Fault = Later(fault, FaultState.Resolved, 2) };
        yield return new RefundApproved { Refund = refund };
        yield return random.Next(3) switch
        {
            0 => new RefundSettled { Refund = Later(refund, RefundState.Settled, 4) },
            1 => new RefundFailed { Refund = Later(refund, RefundState.Failed, 4) },
            _ => new RefundReviewNeeded { Refund = Later(refund, RefundState.UnderReview, 4) },
        };
    }
}

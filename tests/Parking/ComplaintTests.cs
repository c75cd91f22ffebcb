using Mobility.Parking;
using Mobility.Parking.Episodes;
using Mobility.Parking.V1;
using Mobility.Platform.Rpc;
using Xunit;
using static Mobility.Parking.V1.ComplaintState;
using Complaint = Mobility.Parking.Complaint;

namespace Mobility.Tests.Parking;

/// <summary>Every state and every action.</summary>
public sealed class ComplaintTests
{
    private const string By = "people/0190a6c0-0000-7000-8000-00000000abcd";
    private static readonly DateTimeOffset Filing = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly Moment Now = new(Filing.AddHours(1), 7);

    public static TheoryData<string, ComplaintState, ComplaintState?> Matrix()
    {
        (string Action, ComplaintState[] From, ComplaintState To)[] actions =
        [
            ("uphold", [Filed, Held], Upheld),
            ("reject", [Filed, Held], Rejected),
            ("dispatch", [Upheld], Dispatched),
            ("dispatch with another", [Filed, Upheld], Dispatched),
            ("resolve", [Upheld, Dispatched], Resolved),
            ("resolve with another", [Filed, Upheld, Dispatched], Resolved),
            ("withdraw", [Filed, Held, Upheld], Withdrawn),
            ("reopen", [Resolved, Rejected], Filed),
        ];
        var data = new TheoryData<string, ComplaintState, ComplaintState?>();
        foreach (var (action, from, to) in actions)
        {
            foreach (var state in Enum.GetValues<ComplaintState>().Where(s => s != Unspecified))
            {
                data.Add(action, state, from.Contains(state) ? to : null);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void A_state_allows_an_action_or_refuses_it(string action, ComplaintState from, ComplaintState? to)
    {
        var complaint = In(from);
        if (to is not { } wanted)
        {
            var refused = Assert.Throws<Refusal>(() => Act(complaint, action));
            Assert.Equal(ReasonOf(from, action), refused.Reason);
            return;
        }

        var after = Act(complaint, action);
        Assert.Equal((wanted, 2L), (after.State, after.Revision));
        Assert.Equal(Now.Time, after.UpdateTime);
        Assert.Equal(wanted is Resolved or Rejected or Withdrawn, after.EndTime is not null);
        Assert.Equal(after.EndTime is not null, after.EndNumber is not null);
        Assert.Equal(
            wanted is Resolved or Rejected ? complaint.AnswerCount + 1 : complaint.AnswerCount,
            after.AnswerCount
        );
    }

    [Fact]
    public void It_can_be_reopened_until_the_last_instant_of_a_day_and_not_at_its_end()
    {
        var answered = In(Resolved) with { AnswerTime = Filing };
        var last = new Moment(Filing.AddHours(24).AddMilliseconds(-1), 8);
        Assert.Equal(Filed, answered.Reopen("still there", last).State);
        var late = Assert.Throws<Refusal>(() =>
            answered.Reopen("still there", last with { Time = Filing.AddHours(24) })
        );
        Assert.Equal(Errors.ReopeningTooLate, late.Reason);
    }

    [Fact]
    public void Reopening_keeps_how_often_it_was_answered_and_forgets_the_answer()
    {
        var reopened = (In(Rejected) with { DecisionReason = "not-found", DecidedBy = By }).Reopen("look again", Now);
        Assert.Equal(
            (1, "", "", "look again"),
            (reopened.AnswerCount, reopened.DecisionReason, reopened.DecidedBy, reopened.ReopenNote)
        );
        Assert.Contains(ComplaintFlag.Reopened, reopened.Flags);
        Assert.Equal((6L, 7L), (reopened.PauseStarts.Single(), reopened.PauseEnds.Single()));
    }

    private static Complaint In(ComplaintState state)
    {
        var over = state is Resolved or Rejected or Withdrawn;
        return new Complaint
        {
            Id = Guid.CreateVersion7(Filing),
            State = state,
            CreateTime = Filing,
            AnswerTime = state is Resolved or Rejected ? Filing : null,
            AnswerCount = state is Resolved or Rejected ? 1 : 0,
            EndTime = over ? Filing : null,
            EndNumber = over ? 6 : null,
        };
    }

    private static Complaint Act(Complaint complaint, string action)
    {
        var other = Guid.CreateVersion7(Filing);
        return action switch
        {
            "uphold" => complaint.Uphold(complaint.Id, By, "", Now),
            "reject" => complaint.Reject(By, "not-found", "", Now),
            "dispatch" => complaint.Dispatch(complaint.Id, By, "", Now),
            "dispatch with another" => complaint.Dispatch(other, By, "", Now),
            "resolve" => complaint.Resolve(complaint.Id, By, "removed", "", null, Now),
            "resolve with another" => complaint.Resolve(other, By, "removed", "", null, Now),
            "withdraw" => complaint.Withdraw(Now),
            _ => complaint.Reopen("still there", Now),
        };
    }

    private static string ReasonOf(ComplaintState state, string action) =>
        state switch
        {
            Filed or Held => string.Equals(action, "reopen", StringComparison.Ordinal)
                ? Errors.ComplaintNotAnswered
                : Errors.ComplaintNotUpheld,
            _ => $"COMPLAINT_ALREADY_{state.ToString().ToUpperInvariant()}",
        };
}

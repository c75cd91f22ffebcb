using Mobility.Launcher;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>What the check says of true books that somebody altered, and of a file that somebody altered.</summary>
[Collection(WeekendCollection.Name)]
public sealed class AlteredBooksTests(WeekendPlayed weekend)
{
    private const StringComparison Is = StringComparison.Ordinal;

    [Fact]
    public async Task A_cancel_of_another_amount_is_missed_in_its_budgets()
    {
        var findings = await weekend.FindingsOf(books =>
            books with
            {
                Gateway = [books.Gateway[0] with { CancelAmount = 1 }, .. books.Gateway.Skip(1)],
            }
        );
        Assert.Contains(findings, one => one.StartsWith("budget ", Is) && one.Contains(", the gateway cancelled ", Is));
    }

    [Fact]
    public async Task A_coupon_of_another_worth_is_missed_in_its_budgets()
    {
        var findings = await weekend.FindingsOf(books =>
            books with
            {
                BackOffice = [.. books.BackOffice.Select(one => one with { Value = one.Value + 1 })],
            }
        );
        Assert.Contains(findings, one => one.StartsWith("budget ", Is) && one.Contains(", the back office gave ", Is));
    }

    [Fact]
    public async Task A_budget_that_was_never_granted_is_found()
    {
        var findings = await weekend.FindingsOf(books =>
            books with
            {
                Budgets = [.. books.Budgets.Where(one => one.Budget != "agent-day")],
            }
        );
        Assert.Contains(findings, one => one.EndsWith(" is counted and was never granted", Is));
        Assert.Contains(findings, one => one.EndsWith(" is limited to nothing, the file says 300,000 won", Is));
    }

    [Fact]
    public async Task A_commit_whose_time_the_database_lost_is_a_finding()
    {
        var findings = await weekend.FindingsOf(books =>
            books with
            {
                Refunds = [.. books.Refunds.Select(one => one with { AdmitCommitTime = null })],
                Delegations = [.. books.Delegations.Select(one => one with { StopCommitTime = null })],
            }
        );
        Assert.Contains(findings, one => one.StartsWith("the database does not know when it committed the stop", Is));
        Assert.Contains(findings, one => one.Contains("when it committed the admission of refund ", Is));
    }

    [Fact]
    public async Task What_the_gateway_refused_a_person_stays_an_open_matter()
    {
        var books = (await weekend.Check()).Books!;
        var refund = books.Refunds.First(one =>
            one is { Actor: "Agent", IsSettled: true, FaultId: null, CaseId: null }
        );
        var part = books.Parts.Single(one => one.ThingId == refund.RefundId);
        DemoBooks Failed(int state) =>
            books with
            {
                Refunds = [.. books.Refunds.Select(one => one == refund ? one with { State = "Failed" } : one)],
                Cases =
                [
                    .. books.Cases.Select(one =>
                        one.CaseId == part.CaseId ? one with { State = state, OwnerId = Guid.Empty } : one
                    ),
                ],
            };

        var closed = await weekend.FindingsOf(_ => Failed(2));
        Assert.Contains($"the open matter ride/{refund.RideId} has 0 open cases, not one", closed);
        var open = await weekend.FindingsOf(_ => Failed(1));
        Assert.DoesNotContain(open, one => one.Contains($"{part.CaseId}", Is) || one.Contains($"{refund.RideId}", Is));
    }

    /// <summary>Alterations of the file by the step that is altered.</summary>
    public static TheoryData<string, WeekendDeed> Alterations =>
        new()
        {
            { "state", WeekendDeed.ReportFault },
            { "state", WeekendDeed.ResolveFault },
            { "automatic", WeekendDeed.ReportFault },
            { "told", WeekendDeed.ReportFault },
            { "untold", WeekendDeed.ReportFault },
            { "state", WeekendDeed.AskRefund },
            { "won", WeekendDeed.AskRefund },
            { "reasons", WeekendDeed.AskRefund },
            { "state", WeekendDeed.ApproveRefund },
            { "won", WeekendDeed.ApproveRefund },
            { "won", WeekendDeed.ReportFault },
            { "won", WeekendDeed.HelpCaller },
            { "state", WeekendDeed.RejectComplaint },
            { "state", WeekendDeed.ResolveComplaint },
            { "told", WeekendDeed.ResolveComplaint },
            { "owner", WeekendDeed.RecordContact },
            { "owner", WeekendDeed.HandOverCase },
            { "reasons", WeekendDeed.HelpCaller },
        };

    [Theory]
    [MemberData(nameof(Alterations))]
    public async Task An_altered_expectation_is_found_by_its_step(string what, WeekendDeed deed)
    {
        var step = weekend.File.Steps.Last(one => one.Do == deed && Has(one.Expect, what));
        var altered = step with { Expect = Altered(step.Expect, what) };
        var file = weekend.File with { Steps = [.. weekend.File.Steps.Select(one => one == step ? altered : one)] };

        var findings = await weekend.FindingsOf(books => books, file);
        // A thing's end stands beside the step that made it.
        var maker = weekend.File.Steps.First(one => one.Thing == (step.Thing ?? step.Of));
        Assert.Contains(
            findings,
            one => one.Contains($"step {step.Number}, ", Is) || one.Contains($"step {maker.Number}, ", Is)
        );
    }

    private static bool Has(WeekendOutcome outcome, string what) =>
        outcome.Error is null
        && what switch
        {
            "state" => outcome.State is not null,
            "automatic" => outcome.Automatic is not null,
            "won" => outcome.Won > 0,
            "reasons" => outcome.Reasons is not null,
            "owner" => outcome.Owner is not null,
            "untold" => outcome.Told is [_, ..],
            _ => true,
        };

    private static WeekendOutcome Altered(WeekendOutcome outcome, string what) =>
        what switch
        {
            "state" => outcome with { State = "EXPIRED" },
            "automatic" => outcome with { Automatic = "EXPIRED" },
            "won" => outcome with { Won = outcome.Won + 1 },
            "reasons" => outcome with { Reasons = ["BECAUSE"] },
            "owner" => outcome with { Owner = "agent-1" },
            "untold" => outcome with { Told = null },
            _ => outcome with { Told = ["something-else"] },
        };
}

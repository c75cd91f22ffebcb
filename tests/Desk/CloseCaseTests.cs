using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class CloseCaseTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task It_says_what_the_person_needed_and_keeps_the_note()
    {
        await using var house = await OpenStaffed();
        var contact = await house.Record(ContactOutcome.Answered);

        var closed = await house.Close(contact.Case, CaseNeed.Vent, "충분히 들어드림");

        Assert.Equal((CaseState.Closed, CaseNeed.Vent), (closed.State, closed.Need));
        Assert.Equal(house.Now, closed.CloseTime.ToDateTimeOffset());
        Assert.Equal("충분히 들어드림", Assert.Single(closed.Notes).Text);
        Assert.False(Assert.Single(closed.Parts).Open);
        Assert.Equal((CaseLogKind.Closed, house.Agent), (closed.Log[^1].Kind, closed.Log[^1].Actor));
        Assert.Equal(closed.Name, Assert.Single(await house.EventsOf<CaseClosed>()).Case.Case);
    }

    [Fact]
    public async Task What_is_not_finished_elsewhere_keeps_it_open_and_is_named()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        await house.Apply(new ComplaintFiled { Complaint = complaint });
        var opened = await house.CaseOf(complaint.Complaint);

        var refused = await house.Refused(
            StatusCode.FailedPrecondition,
            "CASE_HAS_OPEN_PARTS",
            () => house.Close(opened.Name)
        );

        Assert.Equal(complaint.Complaint, TestService.InfoOf(refused).Metadata["parts"]);
    }

    [Theory]
    [InlineData(RefundState.Failed)]
    [InlineData(RefundState.UnderReview)]
    public async Task A_person_closes_what_no_machine_can_and_it_stays_closed(RefundState state)
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund(state);
        await Deliver(refund);
        var opened = await house.CaseOf(refund.Refund);

        await house.Close(opened.Name, CaseNeed.Compensation);
        await Deliver(refund);

        Assert.Equal(CaseState.Closed, (await house.Get(opened.Name)).State);
        await Deliver(Later(refund, state, 2));
        Assert.Equal(CaseState.Open, (await house.Get(opened.Name)).State);

        Task Deliver(RefundSnapshot snapshot) =>
            state == RefundState.Failed
                ? house.Apply(new RefundFailed { Refund = snapshot })
                : house.Apply(new RefundReviewNeeded { Refund = snapshot });
    }

    [Fact]
    public async Task A_case_with_a_contact_does_not_close_by_itself()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        await house.Apply(new ComplaintFiled { Complaint = complaint });
        var opened = await house.CaseOf(complaint.Complaint);
        await house.Record(ContactOutcome.Answered, inCase: opened.Name);

        await house.Apply(
            new ComplaintResolved { Complaint = Later(complaint, ComplaintState.Resolved, 2, answers: 1) }
        );

        Assert.Equal(CaseState.Open, (await house.Get(opened.Name)).State);
        Assert.Equal(CaseState.Closed, (await house.Close(opened.Name)).State);
    }

    [Fact]
    public async Task Once_is_enough_and_an_old_etag_is_refused()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();
        var request = new CloseCaseRequest
        {
            Name = opened.Name,
            Etag = "\"9\"",
            Need = CaseNeed.Fix,
            RequestId = house.NewId(),
        };
        await house.Refused(
            StatusCode.Aborted,
            "ETAG_MISMATCH",
            async () => await house.Rpc.CloseCaseAsync(request, house.AsAgent)
        );
        await house.Close(opened.Name);

        await house.Refused(StatusCode.FailedPrecondition, "CASE_ALREADY_CLOSED", () => house.Close(opened.Name));
        await house.Refused(StatusCode.NotFound, "CASE_NOT_FOUND", () => house.Close(house.Name("cases")));
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        await using var house = await OpenStaffed(one);
        var request = new CloseCaseRequest { Name = "x", Note = new string('가', 4_001) };

        await house.Invalid(
            async () => await house.Rpc.CloseCaseAsync(request, house.AsAgent),
            "need",
            "note",
            "name",
            "request_id"
        );
    }

    [Fact]
    public async Task Only_agents_and_leads_close()
    {
        await using var house = await OpenStaffed(one);
        var opened = await house.Create();

        await house.AdmitsOnly(
            async caller =>
                await house.Rpc.CloseCaseAsync(
                    new CloseCaseRequest
                    {
                        Name = opened.Name,
                        Need = CaseNeed.Fix,
                        RequestId = house.NewId(),
                    },
                    caller
                ),
            Role.Agent,
            Role.Lead
        );
    }
}

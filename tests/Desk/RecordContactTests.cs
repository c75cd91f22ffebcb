using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class RecordContactTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task It_rings_and_somebody_takes_it_who_has_its_case_then()
    {
        await using var house = await OpenStaffed();
        var rings = await house.Record(ContactOutcome.Offered, "CTI-1");
        house.Service.Clock.Advance(TimeSpan.FromSeconds(12));

        var answered = await house.Rpc.RecordContactAsync(
            house.Call(ContactOutcome.Answered, "CTI-1"),
            house.AsOtherAgent
        );

        Assert.Equal(("", "", 1L, null), (rings.Case, rings.Member, rings.Revision, rings.EndTime));
        Assert.Equal((rings.Name, house.OtherAgent, 2L), (answered.Name, answered.Member, answered.Revision));
        Assert.Equal(TimeSpan.FromSeconds(12), (answered.EndTime - answered.OfferTime).ToTimeSpan());
        var opened = await house.Get(answered.Case);
        Assert.Equal(
            (CaseKind.Contact, CaseChannel.Phone, CaseState.Open, house.OtherAgent),
            (opened.Kind, opened.Channel, opened.State, opened.Owner)
        );
        Assert.Contains(opened.Log, entry => entry.Kind == CaseLogKind.Answered && entry.Subject == answered.Name);
    }

    [Fact]
    public async Task Who_gives_up_has_no_case()
    {
        await using var house = await OpenStaffed();
        await house.Record(ContactOutcome.Offered, "CTI-1");

        var abandoned = await house.Record(ContactOutcome.Abandoned, "CTI-1");

        Assert.Equal(("", "", house.Now), (abandoned.Case, abandoned.Member, abandoned.EndTime.ToDateTimeOffset()));
        Assert.Equal(0L, Assert.Single(await house.Service.Rows<long>("""SELECT count(*) FROM cases""")));
    }

    [Fact]
    public async Task An_abusive_caller_is_the_leads_at_once()
    {
        await using var house = await OpenStaffed();
        var answered = await house.Record(ContactOutcome.Answered, "CTI-1");
        var request = house.Call(ContactOutcome.Answered, "CTI-1");
        request.Contact.Abusive = true;

        var abusive = await house.Rpc.RecordContactAsync(request, house.AsAgent);
        var again = await house.Record(ContactOutcome.Answered, "CTI-1");

        Assert.Equal((answered.Case, true, true), (abusive.Case, abusive.Abusive, again.Abusive));
        var handed = await house.Get(answered.Case);
        Assert.Equal((house.Lead, true), (handed.Owner, handed.HandedOver));
        Assert.Single(await house.EventsOf<CaseHandedOver>());
    }

    [Fact]
    public async Task It_belongs_to_the_case_named_and_opens_it_again()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        await house.Apply(
            new ComplaintFiled { Complaint = complaint },
            new ComplaintResolved { Complaint = Later(complaint, ComplaintState.Resolved, 2, answers: 1) }
        );
        var closed = await house.CaseOf(complaint.Complaint);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));

        var contact = await house.Record(ContactOutcome.Answered, inCase: closed.Name);

        var again = await house.Get(closed.Name);
        Assert.Equal((closed.Name, CaseState.Open), (contact.Case, again.State));
        Assert.Equal([complaint.Complaint, contact.Name], again.Parts.Select(part => part.Name));
    }

    [Fact]
    public async Task Found_to_be_about_a_case_that_stands_it_moves_there_and_its_own_is_closed()
    {
        await using var house = await OpenStaffed();
        var stands = await house.Create();
        var contact = await house.Record(ContactOutcome.Answered, "CTI-1");

        var moved = await house.Record(ContactOutcome.Answered, "CTI-1", stands.Name);

        Assert.Equal(stands.Name, moved.Case);
        Assert.Equal(CaseState.Closed, (await house.Get(contact.Case)).State);
        Assert.Equal([contact.Name], (await house.Get(stands.Name)).Parts.Select(part => part.Name));
    }

    [Fact]
    public async Task What_is_said_of_it_after_the_close_opens_no_case()
    {
        await using var house = await OpenStaffed();
        var contact = await house.Record(ContactOutcome.Answered, "CTI-1");
        await house.Close(contact.Case);
        var request = house.Call(ContactOutcome.Answered, "CTI-1");
        (request.Contact.Abusive, request.Contact.Rider) = (true, house.Rider);

        var later = await house.Rpc.RecordContactAsync(request, house.AsAgent);

        Assert.Equal((house.Rider, true), (later.Rider, later.Abusive));
        Assert.Equal(CaseState.Closed, (await house.Get(contact.Case)).State);
    }

    [Theory]
    [InlineData(ContactOutcome.Answered, ContactOutcome.Abandoned)]
    [InlineData(ContactOutcome.Answered, ContactOutcome.Offered)]
    [InlineData(ContactOutcome.Abandoned, ContactOutcome.Answered)]
    [InlineData(ContactOutcome.Abandoned, ContactOutcome.Offered)]
    public async Task What_has_ended_does_not_ring_again(ContactOutcome ended, ContactOutcome said)
    {
        await using var house = await OpenStaffed();
        await house.Record(ended, "CTI-1");

        var refused = await house.Refused(
            StatusCode.FailedPrecondition,
            "CONTACT_ENDED",
            () => house.Record(said, "CTI-1")
        );

        Assert.Equal(ended.ToString(), TestService.InfoOf(refused).Metadata["outcome"]);
    }

    [Theory]
    [InlineData(ContactOutcome.Offered)]
    [InlineData(ContactOutcome.Answered)]
    [InlineData(ContactOutcome.Abandoned)]
    public async Task The_same_said_twice_changes_nothing(ContactOutcome outcome)
    {
        await using var house = await OpenStaffed();
        var first = await house.Record(outcome, "CTI-1");
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(first, await house.Record(outcome, "CTI-1"));
    }

    [Fact]
    public async Task Ten_at_once_of_one_call_are_one_contact_and_one_case()
    {
        await using var house = await OpenStaffed();

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => Task.Run(() => house.Record(ContactOutcome.Answered, "CTI-1")))
        );

        Assert.Single(replies.Distinct());
        Assert.Equal(1L, Assert.Single(await house.Service.Rows<long>("""SELECT count(*) FROM cases""")));
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        await using var house = await OpenStaffed(one);
        var request = new RecordContactRequest
        {
            Parent = Parent,
            Contact = new Mobility.Desk.V1.Contact
            {
                ExternalId = new string('x', 101),
                Outcome = ContactOutcome.Offered,
                Case = house.Name("cases"),
                Rider = "x",
                Abusive = true,
            },
        };

        await house.Invalid(
            async () => await house.Rpc.RecordContactAsync(request, house.AsAgent),
            "request_id",
            "contact.external_id",
            "contact.channel",
            "contact.rider",
            "contact.case",
            "contact.abusive"
        );
    }

    [Fact]
    public async Task A_case_that_is_not_there_gets_no_contact()
    {
        await using var house = await OpenStaffed(one);

        await house.Refused(
            StatusCode.NotFound,
            "CASE_NOT_FOUND",
            () => house.Record(ContactOutcome.Answered, inCase: house.Name("cases"))
        );
    }

    [Fact]
    public async Task Only_agents_and_leads_record_contacts()
    {
        await using var house = await OpenStaffed(one);

        await house.AdmitsOnly(
            async caller => await house.Rpc.RecordContactAsync(house.Call(ContactOutcome.Offered), caller),
            Role.Agent,
            Role.Lead
        );
    }
}

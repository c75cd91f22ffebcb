using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class ListMessagesTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task A_rider_reads_the_own_inbox_newest_first()
    {
        await using var house = await OpenStaffed();
        var fault = house.Fault();
        var refund = house.Refund();
        var other = house.Fault();
        other.Reporter = house.Name("riders");
        await house.Apply(new FaultReported { Fault = fault }, new FaultReported { Fault = other });
        house.Service.Clock.Advance(TimeSpan.FromSeconds(1));
        await house.Apply(new RefundSettled { Refund = Later(refund, RefundState.Settled, 3) });
        await Delivered(house, 3);

        var inbox = (await List(house, house.AsRider)).Messages;

        Assert.Equal(["refund-settled", "fault-received"], inbox.Select(message => message.Kind));
        Assert.All(inbox, message => Assert.Equal((MessageState.Delivered, ""), (message.State, message.Case)));
        Assert.Equal("2300", inbox[0].Values["amount"]);
        Assert.Equal(
            ["fault-received"],
            (await List(house, house.AsRider, r => r.Subject = fault.Fault)).Messages.Select(message => message.Kind)
        );
    }

    [Fact]
    public async Task What_waits_for_the_morning_is_not_there_yet()
    {
        await using var house = await OpenStaffed();
        house.Service.Clock.Advance(TimeSpan.FromHours(13));
        await house.Apply(new FaultReported { Fault = house.Fault() });
        await house.Apply(new RefundSettled { Refund = house.Refund(RefundState.Settled) });
        await Delivered(house, 1);

        var kinds = (await List(house, house.AsRider)).Messages.Select(message => message.Kind);

        Assert.Equal(["refund-settled"], kinds);
    }

    [Fact]
    public async Task Staff_sees_what_people_were_told_in_a_case()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        await house.Apply(
            new ComplaintFiled { Complaint = complaint },
            new ComplaintFiled { Complaint = house.Complaint() }
        );
        var opened = await house.CaseOf(complaint.Complaint);
        house.Service.Clock.Advance(TimeSpan.FromSeconds(1));
        await house.Send(house.Reply(opened.Name));

        var list = (await List(house, house.AsAgent, r => r.Case = opened.Name)).Messages;

        Assert.Equal(["reply", "complaint-received"], list.Select(message => message.Kind));
        Assert.All(list, message => Assert.Equal(opened.Name, message.Case));
        Assert.Equal(complaint.Complaint, list[1].Recipient);
    }

    [Fact]
    public async Task Pages_join_without_gap()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();
        for (var number = 1; number <= 5; number++)
        {
            await house.Send(house.Reply(opened.Name));
            house.Service.Clock.Advance(TimeSpan.FromSeconds(number % 2));
        }

        var whole = (await List(house, house.AsAgent, r => r.Case = opened.Name)).Messages;
        var put = new List<Message>();
        var token = "";
        do
        {
            var page = await List(
                house,
                house.AsAgent,
                r => (r.Case, r.PageSize, r.PageToken) = (opened.Name, 2, token)
            );
            put.AddRange(page.Messages);
            token = page.NextPageToken;
        } while (token.Length > 0);

        Assert.Equal(5, whole.Count);
        // The job delivers meanwhile, which is no difference of the list.
        Assert.Equal(whole.Select(message => message.Name), put.Select(message => message.Name));
    }

    [Fact]
    public async Task Staff_names_a_case_and_a_rider_none()
    {
        await using var house = await OpenStaffed(one);

        await house.Invalid(() => List(house, house.AsAgent), "case");
        await house.Invalid(() => List(house, house.AsRider, r => r.Case = house.Name("cases")), "case");
        await house.Invalid(
            () => List(house, house.AsAgent, r => (r.Case, r.PageSize, r.PageToken) = ("x", -1, "x")),
            "page_size",
            "page_token",
            "case"
        );
    }

    [Fact]
    public async Task A_rider_of_another_client_reads_nothing_here()
    {
        await using var house = await OpenStaffed();
        await house.Apply(new FaultReported { Fault = house.Fault() });
        await Delivered(house, 1);
        var namesake = house.Rider.Replace(TestIssuer.Client, TestIssuer.OtherClient, StringComparison.Ordinal);

        Assert.Empty((await List(house, house.As(Role.Rider, namesake))).Messages);
    }

    [Fact]
    public async Task Crew_and_operators_read_no_messages()
    {
        await using var house = await OpenStaffed(one);
        var opened = await house.Create();

        await house.AdmitsOnly(
            caller => List(house, caller, r => r.Case = opened.Name),
            Role.Rider,
            Role.Agent,
            Role.Lead,
            Role.ClientOfficer,
            Role.Auditor
        );
    }

    private static Task Delivered(DeskHouse house, long count) =>
        Poll.Until(
            async () =>
                Assert.Single(await house.Service.Rows<long>("""SELECT count(*) FROM messages WHERE state = 2"""))
                == count,
            what: "messages delivered"
        );

    private static async Task<ListMessagesResponse> List(
        DeskHouse house,
        Metadata caller,
        Action<ListMessagesRequest>? ask = null
    )
    {
        var request = new ListMessagesRequest { Parent = Parent };
        ask?.Invoke(request);
        return await house.Rpc.ListMessagesAsync(request, caller);
    }
}

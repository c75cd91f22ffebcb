using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class ListCasesTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task The_newest_come_first_and_pages_join_without_gap()
    {
        await using var house = await OpenStaffed();
        var names = new List<string>();
        for (var n = 0; n < 7; n++)
        {
            names.Insert(0, (await house.Create()).Name);
            // Two of each at the same millisecond: the id breaks the tie.
            house.Service.Clock.Advance(TimeSpan.FromSeconds(n % 2));
        }

        var whole = (await List(house)).Cases;
        Assert.Equal(names.Order(StringComparer.Ordinal), whole.Select(one => one.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            whole.OrderByDescending(one => one.CreateTime.ToDateTimeOffset()).Select(one => one.CreateTime),
            whole.Select(one => one.CreateTime)
        );
        for (var size = 1; size <= 8; size++)
        {
            var put = new List<string>();
            var page = await List(house, r => r.PageSize = size);
            put.AddRange(page.Cases.Select(one => one.Name));
            while (page.NextPageToken.Length > 0)
            {
                var token = page.NextPageToken;
                page = await List(house, r => (r.PageSize, r.PageToken) = (size, token));
                put.AddRange(page.Cases.Select(one => one.Name));
            }

            Assert.Equal(whole.Select(one => one.Name), put);
        }
    }

    [Fact]
    public async Task Filters_narrow_the_list_and_notes_log_and_clocks_are_left_out()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        await house.Apply(new ComplaintFiled { Complaint = complaint });
        var ofComplaint = await house.CaseOf(complaint.Complaint);
        var byHand = await house.Create(house.AsOtherAgent);
        var closed = await house.Create(house.AsOtherAgent);
        await house.Close(closed.Name);

        Assert.Equal([ofComplaint.Name], await NamesOf(house, r => r.Part = complaint.Complaint));
        Assert.Equal([closed.Name], await NamesOf(house, r => r.State = CaseState.Closed));
        Assert.Equal(
            [byHand.Name],
            await NamesOf(house, r => (r.Owner, r.State, r.Rider) = (house.OtherAgent, CaseState.Open, house.Rider))
        );
        Assert.Empty(await NamesOf(house, r => r.Rider = house.Name("riders")));
        var row = Assert.Single((await List(house, r => r.Part = complaint.Complaint)).Cases);
        Assert.Equal([complaint.Complaint], row.Parts.Select(part => part.Name));
        Assert.Equal((0, 0, 0), (row.Notes.Count, row.Log.Count, row.Clocks.Count));
    }

    [Fact]
    public async Task A_client_sees_own_cases_only()
    {
        await using var house = await OpenStaffed();
        await house.Create();
        var request = new ListCasesRequest { Parent = $"clients/{TestIssuer.OtherClient}" };

        var list = await house.Rpc.ListCasesAsync(request, house.As(Role.Lead, house.Lead, TestIssuer.OtherClient));

        Assert.Empty(list.Cases);
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        await using var house = await OpenStaffed(one);

        await house.Invalid(
            () =>
                List(
                    house,
                    r =>
                    {
                        (r.PageSize, r.PageToken, r.State) = (-1, "next", (CaseState)17);
                        (r.Owner, r.Part, r.Rider) = ("x", house.Rider, "x");
                    }
                ),
            "page_size",
            "page_token",
            "state",
            "owner",
            "part",
            "rider"
        );
    }

    [Theory]
    [InlineData("soon", "0195f0a0-0000-7000-8000-000000000001")]
    [InlineData("99999999999999999", "0195f0a0-0000-7000-8000-000000000001")]
    [InlineData("1", "x")]
    public async Task A_page_token_that_somebody_made_up_is_a_violation_and_no_error_of_ours(params string[] keys)
    {
        await using var house = await OpenStaffed();
        var request = new ListCasesRequest { Parent = Parent };
        request.PageToken = PageToken.Write(request, keys);

        await house.Invalid(async () => await house.Rpc.ListCasesAsync(request, house.AsAgent), "page_token");
    }

    [Fact]
    public async Task Riders_and_crew_see_no_cases()
    {
        await using var house = await OpenStaffed(one);
        var request = new ListCasesRequest { Parent = Parent };

        await house.AdmitsOnly(
            async caller => await house.Rpc.ListCasesAsync(request, caller),
            Role.Agent,
            Role.Lead,
            Role.ClientOfficer,
            Role.Auditor
        );
    }

    private static async Task<ListCasesResponse> List(DeskHouse house, Action<ListCasesRequest>? ask = null)
    {
        var request = new ListCasesRequest { Parent = Parent };
        ask?.Invoke(request);
        return await house.Rpc.ListCasesAsync(request, house.AsAgent);
    }

    private static async Task<IEnumerable<string>> NamesOf(DeskHouse house, Action<ListCasesRequest> ask) =>
        (await List(house, ask)).Cases.Select(one => one.Name);
}

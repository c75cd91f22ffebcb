using System.Net;
using System.Text.RegularExpressions;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Web.WebPeople;

namespace Mobility.Tests.Web;

/// <summary>An agent files a complaint for a caller.</summary>
[Collection(PagesCollection.Name)]
public sealed partial class CallerComplaintTests(WebSystem system)
{
    private const string Path = "/desk/complaint";
    private const string Send = Path + "/send";

    private WebPeople People => system.People;

    [Fact]
    public async Task It_is_filed_by_telephone_in_the_agents_name_and_the_caller_follows_it_by_the_code()
    {
        await People.Register("GN-6601");
        await system.Drain();
        using var agent = await SignedIn(Role.Agent, People.Agent);
        var call = await agent.Get("/desk/call?code=GN-6601");
        Assert.Contains($"href=\"{Path}?code=GN-6601\"", call.Html, StringComparison.Ordinal);
        var form = await agent.Get($"{Path}?code=GN-6601");
        Assert.Contains("value=\"GN-6601\"", form.Html, StringComparison.Ordinal);

        var filed = await agent.Submit(form, Send, Filled("GN-6601"));
        var twice = await agent.Submit(form, Send, Filled("GN-6601"));

        Assert.Equal(HttpStatusCode.OK, filed.Status);
        var code = Code().Match(filed.Text).Value;
        Assert.Equal(code, Code().Match(twice.Text).Value);
        Assert.Empty(PageRules.Breaches(filed.Html, "ko"));
        await system.Drain();
        var listed = await system.Parking.ListComplaintsAsync(new() { Parent = Parent, PageSize = 100 }, People.AsLead);
        var complaint = Assert.Single(listed.Complaints, c => c.PrintedCodes.Contains("GN-6601"));
        Assert.Equal((ComplaintChannel.Phone, People.Agent), (complaint.Channel, complaint.FiledBy));
        Assert.True(complaint.HasContact);
        var matter = await People.CaseOf(complaint.Name);
        var link = $"/desk/complaints/{complaint.Name.Split('/')[^1]}";
        Assert.Contains($"href=\"{link}\"", filed.Html, StringComparison.Ordinal);
        Assert.Equal($"/desk/cases/{matter.Name.Split('/')[^1]}", (await agent.Get(link)).Location);
        using var caller = new Visitor(system.Web.Http, "ko");
        var opened = await caller.Submit(await caller.Get("/t"), "/t", ("tracking_code", code));
        Assert.Contains("GN-6601", (await caller.Follow(opened)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_is_named_and_a_used_form_with_other_words_is_shown_again()
    {
        using var agent = await SignedIn(Role.Agent, People.Agent);
        var form = await agent.Get(Path);

        var missing = await agent.Submit(form, Send, ("note", "약국 앞이라고 합니다"), ("do", "send"));

        Assert.Equal(HttpStatusCode.OK, missing.Status);
        Assert.Contains("위치를 표시해 주세요", missing.Text, StringComparison.Ordinal);
        Assert.Contains("약국 앞이라고 합니다", missing.Html, StringComparison.Ordinal);
        await agent.Submit(form, Send, Filled("GN-6602"));
        var reused = await agent.Submit(form, Send, Filled("GN-6603"));
        Assert.Equal(HttpStatusCode.OK, reused.Status);
        Assert.Contains("처음 보낸 내용은 이미 접수되었습니다", reused.Text, StringComparison.Ordinal);
        Assert.Contains("GN-6603", reused.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_agents_and_leads_file_for_callers()
    {
        using var officer = await SignedIn(Role.ClientOfficer, People.Officer);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.Get(Path)).Status);
        using var nobody = new Visitor(system.Web.Http, "ko");
        Assert.Equal("/sign-in", (await nobody.Get(Path)).Location);
    }

    private static (string, string)[] Filled(string code) =>
        [
            ("place", "37.7645, 128.8996"),
            ("category", "storefront"),
            ("codes", code),
            ("contact", "010-0000-0000"),
            ("do", "send"),
        ];

    private async Task<Visitor> SignedIn(Role role, string subject)
    {
        var visitor = new Visitor(system.Web.Http, "ko");
        var token = TestIssuer.Token(role, subject, system.Clock.GetUtcNow());
        using var content = new FormUrlEncodedContent([new("token", token)]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/session") { Content = content };
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.Send(request)).Status);
        return visitor;
    }

    [GeneratedRegex(@"\b[0-9A-Z]{4}(-[0-9A-Z]{4}){2}\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}

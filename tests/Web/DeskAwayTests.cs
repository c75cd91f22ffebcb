using System.Net;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Mobility.Web;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>Pages of the desk while services are away: what is missing is named, nothing breaks.</summary>
public sealed class DeskAwayTests(OneService<WebApp> one) : IClassFixture<OneService<WebApp>>
{
    [Theory]
    [InlineData("/desk", "상담")]
    [InlineData("/desk/call?code=GN-1", "고장")]
    [InlineData("/desk/approvals", "환불")]
    [InlineData("/desk/delegation", "환불")]
    public async Task A_service_that_is_away_is_named(string path, string what)
    {
        await using var house = await WebHouse.Start(one);
        using var agent = house.Visit();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/session")
        {
            Content = new FormUrlEncodedContent([
                new("token", TestIssuer.Token(Role.Agent, WebPeople.NewPerson(), house.Clock.GetUtcNow())),
            ]),
        };
        await agent.Send(request);

        var page = await agent.Get(path);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains($"{what} 정보를 불러올 수 없습니다", page.Text, StringComparison.Ordinal);
        Assert.Empty(PageRules.Breaches(page.Html, "ko"));
    }
}

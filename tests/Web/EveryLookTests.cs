using Microsoft.Playwright;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>Every page as its reader has it set: by day and by night, in both languages, on a telephone. Colours know
/// no language, and letters no colour.</summary>
[Collection(PagesCollection.Name)]
public sealed class EveryLookTests(WebSystem system)
{
    private static readonly string Report = $"/p/{TestIssuer.Client}";

    private WebPeople People => system.People;

    public static TheoryData<string> Languages => [.. Turn.Of(["ko", "en"], turns: 2)];

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Every_page_can_be_read_and_fits(string language)
    {
        var scheme = language is "ko" ? ColorScheme.Dark : ColorScheme.Light;
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        var code = $"GN-{(language is "ko" ? 3300 : 3310) + (int)scheme}";
        var vehicle = await People.Register(code);
        var (ride, _) = await People.Ride(vehicle, 45_000, rider: People.Rider);
        var fault = await People.Report(vehicle, ride);
        await system.Drain();
        var matter = $"/desk/cases/{Id((await People.CaseOf(fault.Name)).Name)}";
        var rider = $"/r/{TestIssuer.Client}";

        await Look(null, "", "/", Report, "/t", "/sign-in", $"{rider}/{code}");
        await Look(Role.Rider, People.Rider, rider, $"{rider}/{code}", $"{rider}/faults/{Id(fault.Name)}");
        await Look(Role.Agent, People.Agent, "/desk", matter, $"/desk/call?code={code}", "/desk/complaint");
        await Look(Role.Lead, People.Lead, "/desk/approvals", matter);
        await Look(Role.ClientOfficer, People.Officer, "/desk/delegation");

        async Task Look(Role? role, string person, params string[] paths)
        {
            await using var screen = await Screen.Open(browser, system.Web.Http, Screen.Widths[0], language);
            await screen.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            if (role is { } signedIn)
            {
                await screen.SignIn(TestIssuer.Token(signedIn, person, system.Clock.GetUtcNow()));
            }
            foreach (var path in paths)
            {
                await screen.Open(path);
                // What is folded away has to be readable too.
                await screen.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => (d.open = true))");
                await screen.Check();
            }
        }
    }

    private static string Id(string name) => name.Split('/')[^1];
}

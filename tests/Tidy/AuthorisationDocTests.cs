using System.Text;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>docs/authorisation.md is made from the pages of the services, so it can never say something else.</summary>
public sealed class AuthorisationDocTests
{
    private const string Doc = "docs/authorisation.md";

    /// <summary>Set to 1, it makes the tests write the document instead of comparing it.</summary>
    private const string Switch = "MOBILITY_WRITE_DOCS";

    [Fact]
    public void The_document_says_what_the_pages_say()
    {
        var text = TextOf([.. Services.Folders.Select(Services.App)]);
        if (Environment.GetEnvironmentVariable(Switch) == "1")
        {
            File.WriteAllText(Checkout.At(Doc), text);
        }
        var present = File.Exists(Checkout.At(Doc)) ? File.ReadAllText(Checkout.At(Doc)) : "";
        Assert.True(
            text == present,
            $"{Doc} is not what the pages say. Write it: {Switch}=1 dotnet test tests --filter {GetType().Name}"
        );
    }

    [Fact]
    public void The_text_follows_the_page()
    {
        var text = TextOf([new SampleApp(all: true)]);
        Assert.Contains("| GetFault | yes | | | | | yes | | |", text, StringComparison.Ordinal);
        Assert.Contains("| ConfirmFault | | | | | | | | |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_that_leaves_out_an_rpc_fails() =>
        Assert.Contains(
            "RejectFault",
            Assert.Throws<InvalidOperationException>(() => TextOf([new SampleApp(all: false)])).Message,
            StringComparison.Ordinal
        );

    private static string TextOf(IEnumerable<ServiceApp> apps)
    {
        var roles = Enum.GetValues<Role>();
        var text = new StringBuilder(
            """
            # Who may call what

            Made from the pages of the services (`services/*/*App.cs`) by `tests/Tidy/AuthorisationDocTests.cs`, never
            by hand. A call needs a token of a known issuer that carries exactly one role and names the client of the
            request (`parent` or `name`); a suspended member is refused whatever the table says. A call without any
            token is "anonymous" and passes where the table says so; a bad token is refused there too.
            `AuthorisationWalkTests` visits every RPC with every bearer that has no business there.

            """
        );
        foreach (var app in apps)
        {
            var page = AppPage.Of(app);
            foreach (var service in page.Services)
            {
                text.Append($"\n## {service.FullName}\n\n| RPC |");
                text.AppendJoin("", roles.Select(role => $" {Roles.Name(role)} |"));
                text.Append($"\n|---|{string.Concat(roles.Select(_ => "---|"))}\n");
                foreach (var method in service.Methods)
                {
                    var line = page.Rules[$"/{service.FullName}/{method.Name}"];
                    text.Append($"| {method.Name} |");
                    text.AppendJoin("", roles.Select(role => line.Roles.Contains(role) ? " yes |" : " |"));
                    text.Append('\n');
                }
            }
        }
        return text.ToString();
    }

    private sealed class SampleApp(bool all) : ServiceApp
    {
        public override string Name => "sample";

        public override void Define(AppPage page)
        {
            page.Service<object>(Mobility.Faults.V1.FaultsService.Descriptor);
            page.Rpc("GetFault", Role.Rider, Role.Auditor);
            foreach (var method in page.Services[0].Methods.Where(m => all && m.Name != "GetFault"))
            {
                page.Rpc(method.Name);
            }
        }
    }
}

using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>Journeys start what was built, as processes; a service in the test's own process would prove
/// less.</summary>
public sealed class JourneyTests
{
    [Fact]
    public void Journeys_host_no_service() => Rule.Holds(Hosted);

    [Theory]
    [InlineData("class A { void B() => ServiceHost.Start(app); }")]
    [InlineData("class A { void B() => Mobility.Platform.ServiceHost.Run(app); }")]
    [InlineData("class A { Mobility.Tests.Support.TestService b; }")]
    [InlineData("class A { void B() => WebApplication.CreateBuilder(); }")]
    public void A_journey_that_hosts_a_service_is_found(string text)
    {
        Rule.Finds(Hosted, "tests/Journeys/A.cs", text, "hosts a service");
        Rule.Accepts(Hosted, "tests/Faults/A.cs", text);
    }

    private static IEnumerable<string> Hosted(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.IsUnder("tests/Journeys/")
        from name in file.Nodes<IdentifierNameSyntax>()
        where name.Identifier.Text is "ServiceHost" or "TestService" or "SidecarHost" or "WebApplication"
        select file.At(name, $"{name.Identifier.Text} hosts a service: a journey starts the built executable");
}

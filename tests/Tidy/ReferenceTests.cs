using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>Who may lean on whom: services on the platform alone, everything on few packages.</summary>
public sealed partial class ReferenceTests
{
    /// <summary>A package beyond these needs a decision record, and then a line here.</summary>
    private static readonly HashSet<string> Allowed = new(StringComparer.Ordinal)
    {
        "Dapper",
        "Dapr.AspNetCore",
        "FSharp.Core",
        "FsCheck",
        "Google.Api.CommonProtos",
        "Google.Protobuf",
        "Grpc.AspNetCore",
        "Deque.AxeCore.Commons",
        "Deque.AxeCore.Playwright",
        "Grpc.AspNetCore.Server",
        "Grpc.Net.Client",
        "Grpc.Tools",
        "Meziantou.Analyzer",
        "Microsoft.AspNetCore.OpenApi",
        "Microsoft.CodeAnalysis.Analyzers",
        "Microsoft.CodeAnalysis.BannedApiAnalyzers",
        "Microsoft.CodeAnalysis.CSharp",
        "Microsoft.IdentityModel.JsonWebTokens",
        "Microsoft.NET.Test.Sdk",
        "Microsoft.OpenApi",
        "Microsoft.Playwright",
        "NetTopologySuite",
        "Npgsql",
        // For tools/Sidecar alone, whose pubsub.rabbitmq speaks AMQP: docs/decisions/0014-rabbitmq.md.
        "RabbitMQ.Client",
        "Roslynator.Analyzers",
        "YamlDotNet",
        "xunit",
        "xunit.runner.visualstudio",
    };

    [Fact]
    public void Services_know_only_the_platform() => Rule.Holds(Projects);

    [Theory]
    [InlineData("services/Faults/Mobility.Faults.csproj", "../Refunds/Mobility.Refunds.csproj")]
    [InlineData("services/Faults/Mobility.Faults.csproj", "../../tools/Launcher/Mobility.Launcher.csproj")]
    [InlineData("services/Faults/Mobility.Faults.csproj", "../../standins/Dapr.Client/Dapr.Client.csproj")]
    [InlineData("services/Faults/Mobility.Faults.csproj", "../../holidays/Mobility.Holidays.csproj")]
    [InlineData("services/Platform/Mobility.Platform.csproj", "../Faults/Mobility.Faults.csproj")]
    public void A_reference_to_another_service_is_found(string path, string reference) =>
        Rule.Finds(Projects, path, $"<ProjectReference Include=\"{reference}\" />", reference);

    [Theory]
    [InlineData("services/Faults/Mobility.Faults.csproj", "../Platform/Mobility.Platform.csproj")]
    [InlineData("services/Platform/Mobility.Platform.csproj", "../../standins/Dapr.Client/Dapr.Client.csproj")]
    [InlineData("services/Platform/Mobility.Platform.csproj", "../../protos/Mobility.Protos.csproj")]
    [InlineData("services/Platform/Mobility.Platform.csproj", "../../holidays/Mobility.Holidays.csproj")]
    [InlineData("tests/Mobility.Tests.csproj", "../services/Faults/Mobility.Faults.csproj")]
    public void A_reference_to_the_platform_is_accepted(string path, string reference) =>
        Rule.Accepts(Projects, path, $"<ProjectReference Include=\"{reference}\" />");

    [Fact]
    public void No_service_calls_a_service() => Rule.Holds(Clients);

    [Theory]
    [InlineData("class A { FaultsService.FaultsServiceClient client; }")]
    [InlineData("class A { void B() { var channel = GrpcChannel.ForAddress(x); } }")]
    public void A_generated_client_in_a_service_is_found(string text)
    {
        Rule.Finds(Clients, "services/Refunds/A.cs", text, "services learn of each other by events");
        Rule.Accepts(Clients, "services/Web/A.cs", text);
        Rule.Accepts(Clients, "tools/Launcher/A.cs", text);
    }

    [Fact]
    public void Packages_are_few_and_chosen() => Rule.Holds(Packages);

    [Theory]
    [InlineData("Directory.Packages.props", "<PackageVersion Include=\"MediatR\" Version=\"12.0.0\" />")]
    [InlineData("services/Faults/A.csproj", "<PackageReference Include=\"Microsoft.EntityFrameworkCore\" />")]
    [InlineData("tests/A.csproj", "<PackageReference Include='AutoMapper' Version='1.0.0' />")]
    public void A_package_that_nobody_decided_on_is_found(string path, string text) =>
        Rule.Finds(Packages, path, text, "is not on the list");

    [Fact]
    public void No_folder_is_named_after_nothing()
    {
        Rule.Holds(Folders);
        Rule.Finds(Folders, "services/Faults/Utils/A.cs", "", "Utils");
        Rule.Finds(Folders, "tools/Common/A.cs", "", "Common");
        Rule.Accepts(Folders, "services/Faults/Common.cs", "");
    }

    [Fact]
    public void An_interface_has_two_implementations() => Rule.Holds(Interfaces);

    [Fact]
    public void An_interface_with_one_implementation_is_found()
    {
        const string file = "services/Faults/A.cs";
        Rule.Finds(Interfaces, file, "interface IStore { } class Store : IStore { }", "IStore has 1");
        Rule.Finds(Interfaces, file, "interface IStore<T> { } record Store(int A) : IStore<int>;", "IStore has 1");
        Rule.Accepts(Interfaces, file, "interface IStore { } class A : IStore { } class B : C, IStore { }");
    }

    private static IEnumerable<string> Projects(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.Service is not null && file.Ends(".csproj")
        from Match match in Reference().Matches(file.Text)
        let target = match.Groups["path"].Value.Replace('\\', '/')
        let allowed = file.Service == "Platform" ? "../../standins/" : "../Platform/"
        where !Begins(target, allowed) && !Begins(target, "../../protos/")
        // The services have the holidays by the platform, which says what is in force.
        where file.Service != "Platform" || !Begins(target, "../../holidays/")
        select file.At(0, $"refers to {target}: a service may refer to the platform and the protos only");

    private static bool Begins(string text, string start) => text.StartsWith(start, StringComparison.Ordinal);

    private static IEnumerable<string> Clients(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.Service is not (null or "Web")
        from name in file.Nodes<SimpleNameSyntax>()
        where name.Identifier.Text is "GrpcChannel" || GeneratedClient().IsMatch(name.Identifier.Text)
        select file.At(name, $"{name.Identifier.Text}: services learn of each other by events only");

    private static IEnumerable<string> Packages(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.Ends(".csproj", ".props")
        from Match match in Package().Matches(file.Text)
        let name = match.Groups["name"].Value
        where !Allowed.Contains(name)
        select file.At(0, $"package {name} is not on the list: it needs a decision record");

    private static IEnumerable<string> Folders(IReadOnlyList<SourceFile> files) =>
        from file in files
        from folder in file.Path.Split('/')[..^1]
        where folder is "Common" or "Utils" or "Util" or "Helpers" or "Shared" or "Misc"
        select file.At(0, $"folder {folder} says nothing of what is in it");

    private static IEnumerable<string> Interfaces(IReadOnlyList<SourceFile> files)
    {
        var bases = files
            .SelectMany(f => f.Nodes<TypeDeclarationSyntax>())
            .SelectMany(type => type.BaseList?.Types.Select(b => SimpleName(b.Type)) ?? [])
            .ToLookup(name => name, StringComparer.Ordinal);
        return from file in files
            where file.IsUnder("services/", "tools/")
            from type in file.Nodes<InterfaceDeclarationSyntax>()
            let count = bases[type.Identifier.Text].Count()
            where count < 2
            select file.At(type, $"interface {type.Identifier.Text} has {count} implementations, at least 2");
    }

    private static string SimpleName(TypeSyntax type) =>
        type switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
            SimpleNameSyntax simple => simple.Identifier.Text,
            _ => type.ToString(),
        };

    [GeneratedRegex("<ProjectReference Include=[\"'](?<path>[^\"']+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();

    [GeneratedRegex("<Package(Reference|Version) Include=[\"'](?<name>[^\"']+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Package();

    [GeneratedRegex(@"\A\w+ServiceClient\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GeneratedClient();
}

using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>
/// One use case, one file, one name: rpc ResolveFault = ResolveFault.cs = ResolveFaultTests.cs, and an event that is
/// applied
/// = OnX.cs in the service that applies it. Nobody searches.
/// </summary>
public sealed partial class EquationTests
{
    private const string Page = """
        public sealed class FaultsApp : ServiceApp
        {
            public override void Define(AppPage page)
            {
                page.Service<FaultsRpc>(FaultsService.Descriptor);
                page.Rpc("GetFault", Role.Rider);
                page.Event<RideRecorded>(OnRideRecorded.Handle);
                page.Job("settle", TimeSpan.FromSeconds(1), Settle.Run);
            }
        }
        """;

    private static readonly SourceFile[] Whole =
    [
        new("protos/mobility/faults/v1/faults_service.proto", "  rpc GetFault(GetFaultRequest) returns (Fault);\n"),
        new("services/Faults/FaultsApp.cs", Page),
        new("services/Faults/GetFault.cs", "static class GetFault { public static Task<Fault> Handle() => x; }"),
        new("services/Faults/OnRideRecorded.cs", "static class OnRideRecorded { static Task Handle() => x; }"),
        new("services/Faults/Settle.cs", "static class Settle { public static Task Run(JobContext job) => x; }"),
        new("tests/Faults/GetFaultTests.cs", "class GetFaultTests { [Fact] void A() { } }"),
        new("tests/Faults/OnRideRecordedTests.cs", "class OnRideRecordedTests { [Theory] void A() { } }"),
    ];

    [Fact]
    public void Every_use_case_is_one_file_with_one_name() => Rule.Holds(Equation);

    [Fact]
    public void A_whole_service_is_accepted() => Assert.Empty(Equation(Whole));

    [Theory]
    [InlineData("services/Faults/GetFault.cs", "rpc GetFault has no services/Faults/GetFault.cs")]
    [InlineData("services/Faults/OnRideRecorded.cs", "event RideRecorded has no services/Faults/OnRideRecorded.cs")]
    [InlineData("tests/Faults/GetFaultTests.cs", "rpc GetFault has no tests/Faults/GetFaultTests.cs")]
    [InlineData("tests/Faults/OnRideRecordedTests.cs", "event RideRecorded has no tests/Faults/OnRideRecordedTests.cs")]
    public void A_missing_part_is_found(string path, string message) =>
        Assert.Contains(
            message,
            Assert.Single(Equation([.. Whole.Where(f => f.Path != path)])),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("services/Faults/OnRideGone.cs", "static class OnRideGone { }", "OnRideGone is not on the page")]
    [InlineData(
        "services/Faults/CloseFault.cs",
        "static class CloseFault { static Task<Fault> Handle(CloseFaultRequest r, Call c) => x; }",
        "CloseFault is not on the page"
    )]
    public void A_part_that_the_page_does_not_list_is_found(string path, string text, string message) =>
        Rule.Finds(Equation, message, [.. Whole, new SourceFile(path, text)]);

    [Fact]
    public void An_rpc_without_a_line_on_the_page_is_found() =>
        Rule.Finds(
            Equation,
            "rpc GetFault is not on the page of Faults",
            [.. Whole.Select(f => f.Ends("App.cs") ? Changed(f, "page.Rpc(\"GetFault\", Role.Rider);", "") : f)]
        );

    [Fact]
    public void A_slice_without_a_handler_and_a_test_class_without_a_test_are_found()
    {
        Rule.Finds(
            Equation,
            "services/Faults/GetFault.cs:1: has no static Handle",
            [.. Whole.Select(f => f.Name == "GetFault.cs" ? Changed(f, "Handle", "Serve") : f)]
        );
        Rule.Finds(
            Equation,
            "tests/Faults/GetFaultTests.cs:1: has no test",
            [.. Whole.Select(f => f.Name == "GetFaultTests.cs" ? Changed(f, "[Fact]", "") : f)]
        );
    }

    [Fact]
    public void A_service_without_protos_or_a_page_is_found()
    {
        Assert.Contains(Equation([.. Whole[1..]]), f => f.Contains("has no protos", StringComparison.Ordinal));
        Assert.Contains(
            Equation([Whole[0], .. Whole[2..]]),
            f => f.Contains("has no services/Faults/FaultsApp.cs", StringComparison.Ordinal)
        );
    }

    private static SourceFile Changed(SourceFile file, string part, string instead) =>
        new(file.Path, file.Text.Replace(part, instead, StringComparison.Ordinal));

    private static IEnumerable<string> Equation(IReadOnlyList<SourceFile> files) =>
        files
            .Where(f => f.Service is not (null or "Platform" or "Web") && f.IsCSharp)
            .Select(f => f.Service!)
            .Distinct(StringComparer.Ordinal)
            .SelectMany(service => EquationOf(service, files.ToDictionary(f => f.Path, StringComparer.Ordinal)));

    private static IEnumerable<string> EquationOf(string service, Dictionary<string, SourceFile> files)
    {
        if (!files.TryGetValue($"services/{service}/{service}App.cs", out var app))
        {
            return [$"{service} has no services/{service}/{service}App.cs, the page that says all it does"];
        }
        var protos = $"protos/mobility/{service.ToLowerInvariant()}/";
        var rpcs = files
            .Values.Where(f => f.IsUnder(protos) && f.Ends(".proto"))
            .SelectMany(f => Rpc().Matches(f.Text))
            .Select(m => m.Groups["name"].Value)
            .ToList();
        var lines = app.Nodes<InvocationExpressionSyntax>().ToLookup(MethodOf, StringComparer.Ordinal);
        var onPage = lines["Rpc"].Select(c => Text(c.ArgumentList.Arguments[0].Expression)).ToList();
        var events = lines["Event"].Select(EventOf).ToList();
        return
        [
            .. rpcs.Count == 0 ? [$"{service} has no protos with an rpc in {protos}"] : Array.Empty<string>(),
            .. rpcs.Except(onPage, StringComparer.Ordinal).Select(r => $"rpc {r} is not on the page of {service}"),
            .. rpcs.SelectMany(rpc => PartsOf($"rpc {rpc}", service, rpc, files)),
            .. events.SelectMany(evt => PartsOf($"event {evt}", service, $"On{evt}", files)),
            .. files
                .Values.Where(f => f.Service == service && IsSlice(f))
                .Where(f => !onPage.Contains(f.Name[..^3]) && !events.Contains(f.Name[2..^3]))
                .Select(f => f.At(0, $"{f.Name[..^3]} is not on the page of {service}")),
        ];
    }

    private static IEnumerable<string> PartsOf(
        string what,
        string service,
        string name,
        Dictionary<string, SourceFile> files
    )
    {
        var slice = $"services/{service}/{name}.cs";
        var tests = $"tests/{service}/{name}Tests.cs";
        if (!files.TryGetValue(slice, out var code))
        {
            yield return $"{what} has no {slice}";
        }
        else if (!HasHandle(code))
        {
            yield return code.At(0, "has no static Handle");
        }
        if (!files.TryGetValue(tests, out var test))
        {
            yield return $"{what} has no {tests}";
        }
        else if (!test.Nodes<AttributeSyntax>().Any(a => a.Name.ToString() is "Fact" or "Theory"))
        {
            yield return test.At(0, "has no test");
        }
    }

    /// <summary>An event's handler by its name, or an RPC's by its shape: a static Handle that takes a Call.</summary>
    private static bool IsSlice(SourceFile file) =>
        file.IsCSharp
        && (
            Handler().IsMatch(file.Name)
            || Handles(file).Any(m => m.ParameterList.Parameters.Any(p => p.Type?.ToString() == "Call"))
        );

    private static bool HasHandle(SourceFile file) => Handles(file).Any();

    private static IEnumerable<MethodDeclarationSyntax> Handles(SourceFile file) =>
        file.Nodes<MethodDeclarationSyntax>()
            .Where(m => m.Identifier.Text == "Handle" && m.Modifiers.Any(x => x.Text == "static"));

    private static string MethodOf(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax page } member
        && page.Identifier.Text == "page"
            ? member.Name.Identifier.Text
            : "";

    private static string EventOf(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name: GenericNameSyntax name }
            ? name.TypeArgumentList.Arguments[0].ToString().Split('.')[^1]
            : "(untyped)";

    private static string Text(ExpressionSyntax expression) =>
        expression is LiteralExpressionSyntax literal ? literal.Token.ValueText : expression.ToString();

    [GeneratedRegex(@"^\s*rpc (?<name>\w+)", RegexOptions.Multiline, 1000)]
    private static partial Regex Rpc();

    [GeneratedRegex(@"\AOn[A-Z]\w+\.cs\z", RegexOptions.None, 1000)]
    private static partial Regex Handler();
}

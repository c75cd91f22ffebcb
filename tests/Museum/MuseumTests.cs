using System.Diagnostics;
using System.Xml.Linq;
using Mobility.Launcher;
using Mobility.Tests.Support;
using Mobility.Tests.Tidy;
using Xunit;

namespace Mobility.Tests.Museum;

/// <summary>The list of bugs that other refund engines had, and how a run with one is judged.</summary>
public sealed class MuseumTests
{
    private static IReadOnlyList<Exhibit> All => Exhibit.All(Repository.Root);

    [Fact]
    public void Each_of_the_fifteen_bugs_has_a_patch_and_tests_or_is_pending_with_a_reason()
    {
        Assert.Equal(Enumerable.Range(1, 15).Select(n => $"M{n}"), All.Select(exhibit => exhibit.Id));
        Assert.All(All, exhibit => Assert.True(exhibit.Patch.Length > 0 ^ exhibit.Pending.Length > 0, exhibit.Id));
        Assert.All(All, exhibit => Assert.Equal(exhibit.Patch.Length > 0, exhibit.Red.Count > 0));
        Assert.Equal(
            All.Select(exhibit => exhibit.Patch).Where(patch => patch.Length > 0).Order(StringComparer.Ordinal),
            Directory
                .GetFiles(Exhibit.FolderIn(Repository.Root), "*.patch")
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Every_patch_fits_the_code_as_it_is_and_changes_services_only()
    {
        foreach (var exhibit in All.Where(exhibit => exhibit.Patch.Length > 0))
        {
            var file = exhibit.PatchFile(Repository.Root);
            var patch = File.ReadAllLines(file);
            Assert.Equal(
                patch.Count(line => line.StartsWith("+++ ", StringComparison.Ordinal)),
                patch.Count(line => line.StartsWith("+++ b/services/", StringComparison.Ordinal))
            );
            Assert.NotEmpty(Exhibit.ServicesOf(File.ReadAllText(file)));
            Assert.True(Fits(file, out var error), $"{exhibit.Patch} does not fit any more: {error}");
        }
    }

    [Fact]
    public void Every_test_that_has_to_turn_red_is_one() =>
        Assert.All(All.SelectMany(exhibit => exhibit.Tests), name => Assert.True(NamedTest.Exists(name), name));

    [Fact]
    public void The_document_tells_of_each()
    {
        var document = Assert.Single(Checkout.Files, file => file.Path == "docs/verification.md");

        Assert.All(All, exhibit => Assert.Contains($"| {exhibit.Id} | ", document.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Passed", "", TestColour.Green)]
    [InlineData("NotExecuted", "", TestColour.Absent)]
    [InlineData("Failed", "Assert.Equal() Failure: Values differ", TestColour.Red)]
    [InlineData("Failed", "It did not come about in time: the Exception : of it", TestColour.Red)]
    [InlineData("Failed", "System.Exception : Falsifiable, after 3 tests (0 shrinks)", TestColour.Red)]
    [InlineData("Failed", "Grpc.Core.RpcException : Status(StatusCode=Internal)", TestColour.Broken)]
    [InlineData("Failed", "System.MissingMethodException : Method not found", TestColour.Broken)]
    [InlineData("Failed", "", TestColour.Broken)]
    public void Red_is_by_an_assertion_alone(string outcome, string message, TestColour colour) =>
        Assert.Equal(colour, Report(("One", outcome, message)).ColourOf("A.B.One"));

    [Fact]
    public void The_cases_of_a_theory_count_together_and_what_did_not_run_is_absent()
    {
        const string thrown = "System.InvalidOperationException : it is broken";
        var report = Report(
            ("One(n: 1)", "Passed", ""),
            ("One(n: 2)", "Failed", "Assert.True() Failure"),
            ("One(n: 3)", "Failed", thrown),
            ("Two(n: 1)", "Failed", thrown),
            ("Two(n: 2)", "Passed", "")
        );

        Assert.Equal(TestColour.Red, report.ColourOf("A.B.One"));
        Assert.Equal(TestColour.Broken, report.ColourOf("A.B.Two"));
        Assert.Equal(TestColour.Absent, report.ColourOf("A.B.Three"));
    }

    [Fact]
    public void A_patch_names_the_services_that_are_built_anew() =>
        Assert.Equal(
            ["Platform", "Refunds"],
            Exhibit.ServicesOf(
                "+++ b/services/Refunds/A.cs\n+++ b/services/Platform/Data/B.cs\n+++ b/services/Refunds/C/D.cs\n"
            )
        );

    private static bool Fits(string patch, out string error)
    {
        var info = new ProcessStartInfo("git", ["-C", Repository.Root, "apply", "--check", patch])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var git = Process.Start(info)!;
        error = git.StandardError.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0;
    }

    private static TestReport Report(params (string Name, string Outcome, string Message)[] results)
    {
        XNamespace trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
        return TestReport.Read(
            new XDocument(
                new XElement(
                    trx + "TestRun",
                    results.Select(result => new XElement(
                        trx + "UnitTestResult",
                        new XAttribute("testId", result.Name),
                        new XAttribute("outcome", result.Outcome),
                        new XElement(trx + "Output", new XElement(trx + "Message", result.Message))
                    )),
                    results.Select(result => new XElement(
                        trx + "UnitTest",
                        new XAttribute("id", result.Name),
                        new XElement(
                            trx + "TestMethod",
                            new XAttribute("className", "A.B"),
                            new XAttribute("name", result.Name)
                        )
                    ))
                )
            )
        );
    }
}

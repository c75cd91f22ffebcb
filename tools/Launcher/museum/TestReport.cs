using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Mobility.Launcher;

/// <summary>What became of a test: Red is by an assertion, Broken by anything else.</summary>
public enum TestColour
{
    Absent = 0,
    Green = 1,
    Red = 2,
    Broken = 3,
}

/// <summary>The results of a test run by full name of the test; the cases of a theory count together.</summary>
public sealed partial class TestReport
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    private readonly Dictionary<string, TestColour> colours = new(StringComparer.Ordinal);

    /// <summary>Reads a result file of `dotnet test --logger trx`.</summary>
    public static TestReport Read(XDocument trx)
    {
        var report = new TestReport();
        var names = trx.Descendants(Trx + "UnitTest")
            .ToDictionary(test => (string)test.Attribute("id")!, FullName, StringComparer.Ordinal);
        foreach (var result in trx.Descendants(Trx + "UnitTestResult"))
        {
            var name = names[(string)result.Attribute("testId")!];
            var colour = ColourOf(result);
            report.colours[name] = Worse(report.ColourOf(name), colour);
        }
        return report;
    }

    public TestColour ColourOf(string test) => colours.GetValueOrDefault(test);

    /// <summary>One case that an assertion turned red proves that the test sees the bug.</summary>
    private static TestColour Worse(TestColour one, TestColour other) =>
        one == TestColour.Red || other == TestColour.Red ? TestColour.Red
        : one > other ? one
        : other;

    private static string FullName(XElement test)
    {
        var method = test.Element(Trx + "TestMethod")!;
        var name = ((string)method.Attribute("name")!).Split('(')[0];
        return $"{(string)method.Attribute("className")!}.{name}";
    }

    private static TestColour ColourOf(XElement result) =>
        (string?)result.Attribute("outcome") switch
        {
            "Passed" => TestColour.Green,
            "Failed" => IsAssertion(result.Descendants(Trx + "Message").FirstOrDefault()?.Value ?? "")
                ? TestColour.Red
                : TestColour.Broken,
            _ => TestColour.Absent,
        };

    // A failed assertion is reported without the name of its exception; FsCheck throws a plain one.
    private static bool IsAssertion(string message) =>
        message.Length > 0 && (!Thrown().IsMatch(message) || message.Contains("Falsifiable", StringComparison.Ordinal));

    [GeneratedRegex(@"\A[\w.+`]*Exception\b.* : ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Thrown();
}

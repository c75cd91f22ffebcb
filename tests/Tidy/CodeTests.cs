using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>What code must not hold: leftovers, sleeps, skipped tests, errors that nobody handles.</summary>
public sealed partial class CodeTests
{
    [Fact]
    public void Nothing_is_left_for_later() => Rule.Holds(Leftovers);

    [Theory]
    [InlineData("services/Faults/A.cs", "// TO" + "DO: later\nclass A { }", "leftover")]
    [InlineData("services/Faults/A.cs", "/// <summary>FIX" + "ME</summary>\nclass A { }", "leftover")]
    [InlineData("docs/a.md", "TO" + "DO", "leftover")]
    [InlineData("services/Faults/A.cs", "class A { void B() => throw new NotImplementedException(); }", "unwritten")]
    public void A_leftover_is_found(string path, string text, string message) =>
        Rule.Finds(Leftovers, path, text, message);

    [Fact]
    public void A_sentence_is_no_leftover() =>
        Rule.Accepts(Leftovers, "services/Faults/A.cs", "// Reads the list.\nclass A { string B = \"TO\" + \"DO\"; }");

    [Fact]
    public void Tests_never_sleep() => Rule.Holds(Sleeps);

    [Theory]
    [InlineData("class A { void B() { System.Threading.Thread.Sleep(1); } }")]
    [InlineData("class A { void B() { Thread.Sleep(1); } }")]
    [InlineData("class A { async Task B() { await Task.Delay(100); } }")]
    [InlineData("class A { async Task B() { await Task.Delay(100, token); } }")]
    [InlineData("class A { async Task B() { while (true) { await Task.Delay(100); } } }")]
    [InlineData("class A { async Task B() { while (true) { await Task.Delay(100, CancellationToken.None); } } }")]
    public void A_sleep_is_found(string text) => Rule.Finds(Sleeps, "tests/Faults/A.cs", text, "arm, act, await");

    [Theory]
    [InlineData("class A { async Task B() { await Task.Delay(Timeout.InfiniteTimeSpan, token); } }")]
    [InlineData("class A { async Task B() { while (!await Met()) { await Task.Delay(five, deadline.Token); } } }")]
    public void A_bounded_poll_is_no_sleep(string text) => Rule.Accepts(Sleeps, "tests/Faults/A.cs", text);

    [Fact]
    public void No_test_is_skipped()
    {
        Rule.Holds(Skips);
        Rule.Finds(Skips, "tests/A.cs", "class A { [Fact(Skip = \"slow\")] void B() { } }", "skipped");
        Rule.Accepts(Skips, "tests/A.cs", "class A { [Fact] void B() { x = list.Skip(1); } }");
    }

    [Fact]
    public void No_catch_is_empty()
    {
        Rule.Holds(EmptyCatches);
        Rule.Finds(EmptyCatches, "tools/A.cs", "class A { void B() { try { } catch (IOException) { } } }", "empty");
        Rule.Accepts(
            EmptyCatches,
            "tools/A.cs",
            "class A { void B() { try { } catch (IOException) { // Another run uses it.\n } } }"
        );
    }

    [Fact]
    public void Only_the_edges_catch_everything() => Rule.Holds(CatchAlls);

    [Theory]
    [InlineData("services/Faults/A.cs", "catch { B(); }")]
    [InlineData("services/Faults/A.cs", "catch (Exception) { B(); }")]
    [InlineData("tests/Faults/A.cs", "catch (System.Exception e) { B(); }")]
    [InlineData("services/Faults/A.cs", "catch (Exception e) when (e is not IOException) { B(); }")]
    [InlineData("services/Faults/A.cs", "catch (Exception e) when (Log(e)) { B(); }")]
    public void A_catch_of_everything_is_found(string path, string text) =>
        Rule.Finds(CatchAlls, path, $"class A {{ void B() {{ try {{ }} {text} }} }}", "catches everything");

    [Theory]
    [InlineData("services/Platform/A.cs", "catch (Exception e) { B(); }")]
    [InlineData("services/Faults/A.cs", "catch (IOException e) { B(); }")]
    [InlineData("services/Faults/A.cs", "catch (Exception e) when (e is IOException or TimeoutException) { B(); }")]
    public void A_catch_of_the_expected_is_accepted(string path, string text) =>
        Rule.Accepts(CatchAlls, path, $"class A {{ void B() {{ try {{ }} {text} }} }}");

    [Fact]
    public void Logs_take_no_objects_apart()
    {
        Rule.Holds(LogTemplates);
        Rule.Finds(LogTemplates, "services/Faults/Log.cs", "class A { [L(\"Got {@Request}\")] void B(); }", "{@");
        Rule.Accepts(LogTemplates, "services/Faults/Log.cs", "class A { [L(\"Got {Fault}\")] void B(); }");
    }

    private static IEnumerable<string> Leftovers(IReadOnlyList<SourceFile> files)
    {
        foreach (var file in files.Where(f => f.Name != "package-lock.json"))
        {
            if (!file.IsCSharp)
            {
                foreach (var finding in file.Where(Reminder(), "a leftover: do it or file it"))
                {
                    yield return finding;
                }
                continue;
            }
            foreach (var comment in file.Syntax.DescendantTrivia().Where(t => Reminder().IsMatch(t.ToFullString())))
            {
                yield return file.At(
                    comment.GetLocation().GetLineSpan().StartLinePosition.Line,
                    "a leftover: do it or file it"
                );
            }
            // The official packages throw it in members that their users override; a stand-in does as they do.
            foreach (var name in file.Nodes<IdentifierNameSyntax>().Where(_ => !file.IsUnder("standins/")))
            {
                if (name.Identifier.Text == "NotImplementedException")
                {
                    yield return file.At(name, "an unwritten method");
                }
            }
        }
    }

    private static IEnumerable<string> Sleeps(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.IsUnder("tests/")
        from call in file.Nodes<InvocationExpressionSyntax>()
        let name = call.Expression.ToString()
        where name.EndsWith("Thread.Sleep", StringComparison.Ordinal) || (IsDelay(name) && !MayDelay(call))
        select file.At(call, $"{name}: arm, act, await; poll under a deadline where a process gives no signal");

    private static bool IsDelay(string name) => name.EndsWith("Task.Delay", StringComparison.Ordinal);

    /// <summary>Waiting for a token alone, or polling in a loop that a deadline's token ends.</summary>
    private static bool MayDelay(InvocationExpressionSyntax call)
    {
        var arguments = call.ArgumentList.Arguments;
        return arguments[0].ToString().StartsWith("Timeout.Infinite", StringComparison.Ordinal)
            || (
                arguments.Count > 1
                && arguments[1].ToString() is not ("CancellationToken.None" or "default")
                && call.Ancestors().Any(a => a is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax)
            );
    }

    private static IEnumerable<string> Skips(IReadOnlyList<SourceFile> files) =>
        from file in files
        from argument in file.Nodes<AttributeArgumentSyntax>()
        where argument.NameEquals?.Name.Identifier.Text == "Skip"
        select file.At(argument, "a skipped test proves nothing");

    private static IEnumerable<string> EmptyCatches(IReadOnlyList<SourceFile> files) =>
        from file in files
        from clause in file.Nodes<CatchClauseSyntax>()
        where clause.Block.Statements.Count == 0
        where !clause.Block.DescendantTrivia().Any(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia))
        select file.At(clause, "an empty catch: handle the error, or say in a sentence why it is none");

    private static IEnumerable<string> CatchAlls(IReadOnlyList<SourceFile> files) =>
        from file in files
        where !file.IsUnder("services/Platform/", "tools/")
        from clause in file.Nodes<CatchClauseSyntax>()
        where clause.Declaration?.Type.ToString() is null or "Exception" or "System.Exception"
        where clause.Filter is null || !Named().IsMatch(clause.Filter.FilterExpression.ToString())
        select file.At(clause, "catches everything: name what you expect, Platform handles the rest");

    private static IEnumerable<string> LogTemplates(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.IsUnder("services/", "tools/")
        from literal in file.Nodes<LiteralExpressionSyntax>()
        where literal.Token.ValueText.Contains("{@", StringComparison.Ordinal)
        select file.At(literal, "{@…} writes a whole object into the log; log ids");

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reminder();

    [GeneratedRegex(@"\bis (?!not\b)[A-Z]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}

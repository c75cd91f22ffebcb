using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;

namespace Mobility.Launcher;

/// <summary>
/// `./mobility museum`: brings each bug that a real refund engine had into a copy of this checkout, builds what the
/// patch changes, and runs the tests that must turn red. A bug that no assertion sees fails the command.
/// </summary>
public sealed class Museum(string root, TextWriter output)
{
    /// <summary>Guards against a hang; a copy is built and tested in half a minute on a calm machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private string Folder => Path.Combine(root, "artifacts", "museum");

    /// <summary>Shows the bugs of a list of ids, or all of them after a run without any; one that follows from the
    /// commit, so that every commit is asked another question and each always the same.</summary>
    /// <returns>Exit code: 0 when each turned its tests red.</returns>
    public async Task<int> Run(IReadOnlyCollection<string> only, bool one)
    {
        var all = Exhibit.All(root);
        var unknown = only.Except(all.Select(exhibit => exhibit.Id), StringComparer.Ordinal).FirstOrDefault();
        if (unknown is not null)
        {
            throw new UsageException($"no exhibit `{unknown}`: {string.Join(',', all.Select(exhibit => exhibit.Id))}");
        }
        var shown = all.Where(exhibit => exhibit.Patch.Length > 0).ToList();
        if (one)
        {
            shown = [shown[await NumberOfCommit() % shown.Count]];
        }
        else if (only.Count > 0)
        {
            shown = [.. shown.Where(exhibit => only.Contains(exhibit.Id))];
        }
        else if (!await IsGreenWithout(shown))
        {
            return 1;
        }
        var seen = 0;
        foreach (var exhibit in shown)
        {
            seen += await Show(exhibit) ? 1 : 0;
        }
        await output.WriteLineAsync(
            $"museum {(seen == shown.Count ? "OK" : "FAILED")}: {seen} of {shown.Count} turned red"
        );
        foreach (var exhibit in all.Where(exhibit => exhibit.Pending.Length > 0 && !one))
        {
            await output.WriteLineAsync($"{exhibit.Id} pending: {exhibit.Pending}");
        }
        return seen == shown.Count ? 0 : 1;
    }

    private async Task<bool> IsGreenWithout(List<Exhibit> shown)
    {
        var tests = shown.SelectMany(exhibit => exhibit.Tests).Distinct(StringComparer.Ordinal).ToList();
        using var patience = new CancellationTokenSource(Patience);
        var report = await Test(root, Path.Combine(Folder, "none"), tests, patience.Token);
        var wrong = tests.Where(test => report.ColourOf(test) != TestColour.Green).ToList();
        await output.WriteLineAsync(
            wrong.Count == 0
                ? $"without a bug: {tests.Count} tests are green"
                : $"museum FAILED: not green without a bug: {string.Join(", ", wrong)}"
        );
        return wrong.Count == 0;
    }

    private async Task<bool> Show(Exhibit exhibit)
    {
        var watch = Stopwatch.StartNew();
        using var patience = new CancellationTokenSource(Patience);
        string finding;
        var copy = Path.Combine(Folder, exhibit.Id);
        try
        {
            await MuseumCopy.Make(root, copy, exhibit, patience.Token);
            var report = await Test(copy, Path.Combine(copy, "results"), [.. exhibit.Tests], patience.Token);
            var wrong = exhibit.Tests.Where(test => report.ColourOf(test) != TestColour.Red).ToList();
            finding = string.Join("; ", wrong.Select(test => $"{test} is {report.ColourOf(test)}"));
        }
        catch (InvalidOperationException e)
        {
            finding = e.Message;
        }
        catch (OperationCanceledException)
        {
            finding = $"it took more than {Patience.TotalMinutes:0} minutes";
        }
        var time = watch.Elapsed.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        if (finding.Length > 0)
        {
            await output.WriteLineAsync($"{exhibit.Id} NOT SEEN, kept in {copy}: {exhibit.Bug}: {finding}");
            return false;
        }
        Directory.Delete(copy, recursive: true);
        await output.WriteLineAsync(
            $"{exhibit.Id} red, {exhibit.Red.Count} of {exhibit.Red.Count}, {time} s: {exhibit.Bug}"
        );
        return true;
    }

    /// <summary>Runs tests of the build of a checkout or copy.</summary>
    private static async Task<TestReport> Test(
        string checkout,
        string results,
        IReadOnlyList<string> tests,
        CancellationToken token
    )
    {
        var file = Path.Combine(results, "museum.trx");
        Directory.CreateDirectory(results);
        File.Delete(file);
        var run = await Command.Run(
            "dotnet",
            [
                "test",
                Path.Combine(MuseumCopy.Built(checkout, "Tests"), "Mobility.Tests.dll"),
                "--filter",
                string.Join('|', tests.Select(test => $"FullyQualifiedName={test}")),
                "--logger",
                "trx;LogFileName=museum.trx",
                "--results-directory",
                results,
            ],
            token: token
        );
        return File.Exists(file)
            ? TestReport.Read(XDocument.Load(file))
            : throw new InvalidOperationException($"the tests did not run: {run.Output.Trim()}");
    }

    private async Task<int> NumberOfCommit()
    {
        var head = await Command.Must("git", ["-C", root, "rev-parse", "HEAD"]);
        return int.Parse(head.AsSpan(0, 6), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}

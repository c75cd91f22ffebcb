using System.Diagnostics;
using System.Text;
using Mobility.Launcher;
using Mobility.Tests.Support;
using Mobility.Tests.Tidy;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>Every shell block of the README, the walk by hand and the runbook is run, in order, as a reader would who
/// has one system.</summary>
[Collection(JourneyCollection.Name)]
public sealed class DocumentedCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly JourneyFolder folder = new();

    /// <summary>The documents that tell a reader what to type, in the order in which one reads them.</summary>
    private static readonly string[] Documents = ["README.md", "docs/journeys.md", "docs/runbook.md"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_commands_of_every_document_work_on_the_system_that_the_first_one_starts()
    {
        var blocks = Documents.ToDictionary(
            path => path,
            path => ShellBlock.Of(Assert.Single(Checkout.Files, file => file.Path == path)).ToList(),
            StringComparer.Ordinal
        );
        Assert.All(blocks.Values, Assert.NotEmpty);
        Assert.True(blocks[Documents[0]].Exists(block => block.Stays));
        // Who reads on has started it already, and a system is started in one way.
        Assert.Single(
            blocks.Values.SelectMany(all => all.Where(block => block.Stays)).Select(block => block.Text).Distinct()
        );
        var told = await Play([.. blocks.Values.Select(all => all.Where(block => !block.RunsTests).ToList())]);
        // The stop under load is played by its document alone.
        Assert.Contains("64 callers over 4 processes", told, StringComparison.Ordinal);
        Assert.Contains("admitted after the stop    0", told, StringComparison.Ordinal);
        Assert.Contains("4 stops: ", told, StringComparison.Ordinal);
        Assert.Contains("stop-demo OK", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_fails_is_found()
    {
        var document = new SourceFile(
            "docs/a.md",
            "# A\n\n```sh\nA=1\n```\n\n```sh\ntest \"$A\" = 1\nfalse\ntrue\n```\n"
        );
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Play([
                [.. ShellBlock.Of(document)],
            ])
        );
        Assert.Contains("docs/a.md:8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_are_taken_as_a_reader_takes_them()
    {
        var document = new SourceFile(
            "README.md",
            "```sh\n./mobility up\n```\n\n```\nno command\n```\n\n```sh\nT=$(./mobility token --role rider)\n"
                + "./mobility demo | tail -1\n```\n\n```sh\n./mobility test\n```\n"
        );
        var blocks = ShellBlock.Of(document).ToList();
        Assert.Equal(["README.md:2", "README.md:10", "README.md:15"], blocks.Select(b => b.Place));
        Assert.Equal([true, false, false], blocks.Select(b => b.Stays));
        Assert.Equal([false, false, true], blocks.Select(b => b.RunsTests));
        Assert.Equal("./mobility up --no-build --run /x", blocks[0].In("/x"));
        Assert.Equal(
            "T=$(./mobility token --run /x --role rider)\n"
                + "./mobility demo --no-build --until 'sat 10:00' --run /x | tail -1",
            blocks[1].In("/x")
        );
        Assert.Equal("ls /x/logs a.run/b", new ShellBlock("", "ls .run/logs a.run/b").In("/x"));
    }

    [Fact]
    public void A_command_after_the_one_that_stays_is_found() =>
        Assert.Throws<InvalidOperationException>(() =>
            ShellBlock.Of(new SourceFile("a.md", "```sh\n./mobility up\n./mobility demo\n```\n")).ToList()
        );

    /// <summary>Runs the blocks of documents in order, one shell for each document; what stays is started before them
    /// and runs beside all.</summary>
    /// <returns>What they printed.</returns>
    private async Task<string> Play(IReadOnlyList<IReadOnlyList<ShellBlock>> documents)
    {
        var told = new StringBuilder();
        Process? up = null;
        try
        {
            if (documents.SelectMany(blocks => blocks).FirstOrDefault(block => block.Stays) is { } stays)
            {
                up = await Start(stays);
            }
            foreach (var blocks in documents)
            {
                var script = new StringBuilder("set -euo pipefail\n");
                foreach (var block in blocks.Where(block => !block.Stays))
                {
                    script.Append($"echo '== {block.Place}' >&2\n{block.In(folder.Run)}\n");
                }
                told.Append(await Finish(script.ToString()));
            }
            await Stop(up);
            return told.ToString();
        }
        finally
        {
            if (up is { HasExited: false })
            {
                up.Kill();
                await up.WaitForExitAsync();
            }
            up?.Dispose();
        }
    }

    private async Task<Process> Start(ShellBlock block)
    {
        using var patience = new CancellationTokenSource(Patience);
        var up = Shell($"exec {block.In(folder.Run).Trim()}");
        var said = new StringBuilder();
        while (await up.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("ready after", StringComparison.Ordinal))
            {
                // What it says from here on is of no use, but a full pipe would hold it up.
                _ = up.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return up;
            }
            said.AppendLine(line);
        }
        throw new InvalidOperationException($"{block.Place} ended before it was ready:\n{said}");
    }

    private static async Task<string> Finish(string script)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var shell = Shell(script);
        var output = shell.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = shell.StandardError.ReadToEndAsync(patience.Token);
        await shell.WaitForExitAsync(patience.Token);
        if (shell.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"A block ended with {shell.ExitCode}:\n{await output}\n{await errors}"
            );
        }
        return await output;
    }

    /// <summary>Ctrl-C: the system stops of its own accord.</summary>
    private static async Task Stop(Process? up)
    {
        if (up is not null)
        {
            Signals.Send(up.Id, Signals.Interrupt);
            await up.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal(0, up.ExitCode);
        }
    }

    private static Process Shell(string script)
    {
        // A run of the tests in the background has SIGINT ignored, and children inherit that.
        var info = new ProcessStartInfo("env", ["--default-signal=INT", "bash", "-c", script])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = !script.StartsWith("exec ", StringComparison.Ordinal),
            UseShellExecute = false,
        };
        return Process.Start(info)!;
    }
}

using System.Diagnostics;
using System.Text;
using Mobility.Launcher;
using Mobility.Tests.Support;
using Mobility.Tests.Tidy;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>Every shell block of the README, the walk by hand and the runbook is run, in order,
/// as a reader would.</summary>
[Collection(JourneyCollection.Name)]
public sealed class DocumentedCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly JourneyFolder folder = new();

    /// <summary>The documents that tell a reader what to type.</summary>
    public static TheoryData<string> Documents => ["README.md", "docs/journeys.md", "docs/runbook.md"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task The_commands_of_a_document_work(string path)
    {
        var document = Assert.Single(Checkout.Files, f => f.Path == path);
        var blocks = ShellBlock.Of(document).Where(b => !b.RunsTests).ToList();
        Assert.NotEmpty(blocks);
        // What a runbook tells to type is typed on a system that runs and has done something.
        ShellBlock[] before = [new(path, "./mobility up"), new(path, "./mobility demo")];
        await Play(blocks.Exists(b => b.Stays) ? blocks : [.. before, .. blocks]);
    }

    [Fact]
    public async Task A_command_that_fails_is_found()
    {
        var document = new SourceFile(
            "docs/a.md",
            "# A\n\n```sh\nA=1\n```\n\n```sh\ntest \"$A\" = 1\nfalse\ntrue\n```\n"
        );
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Play([.. ShellBlock.Of(document)]));
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

    /// <summary>Runs blocks in order, one shell for all but what stays: that runs beside them until the end.</summary>
    private async Task Play(IReadOnlyList<ShellBlock> blocks)
    {
        Assert.NotEmpty(blocks);
        Process? up = null;
        try
        {
            var script = new StringBuilder("set -euo pipefail\n");
            foreach (var block in blocks)
            {
                if (block.Stays)
                {
                    Assert.Null(up);
                    up = await Start(block);
                    continue;
                }
                script.Append($"echo '== {block.Place}' >&2\n{block.In(folder.Run)}\n");
            }
            await Finish(script.ToString());
            await Stop(up);
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

    private static async Task Finish(string script)
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

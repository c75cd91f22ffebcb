using Mobility.Launcher;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>A backup that is not whole any more.</summary>
[Collection(JourneyCollection.Name)]
public sealed class BackupJourneyTests : IDisposable
{
    private readonly JourneyFolder folder = new();

    private StackOptions Options => new(Repository.Root, folder.Run) { Fsync = false };

    private string Dumps => folder.Run + "-backup";

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_backup_that_was_altered_or_cut_short_changes_nothing_and_every_violation_is_named()
    {
        await folder.LayPostgres();
        await using (var stack = await Stack.Start(Options with { Parts = ["postgres"] }))
        {
            Assert.Equal(0, await Verb("backup", "--to", Dumps));
            Assert.Equal(1, await Verb("backup", "--to", Dumps));
        }
        await File.AppendAllTextAsync(Path.Combine(Dumps, "desk.dump"), "x");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Restore.Take(Options, Dumps, ["desk", "kiosk"], _ => { })
        );
        Assert.StartsWith(
            "desk.dump is not what was backed up; no database `kiosk`",
            refused.Message,
            StringComparison.Ordinal
        );
        File.Delete(Path.Combine(Dumps, Backup.ManifestFile));
        refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Restore.Take(Options, Dumps, [], _ => { }));
        Assert.Contains("no whole backup", refused.Message, StringComparison.Ordinal);
    }

    private async Task<int> Verb(string verb, params string[] arguments)
    {
        using var launcher = new LauncherProcess(folder.Run, [verb, .. arguments]);
        return (await launcher.End()).ExitCode;
    }
}

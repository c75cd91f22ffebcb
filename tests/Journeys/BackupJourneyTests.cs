using Mobility.Launcher;
using Mobility.Platform;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>Databases of a backup beside others that went on: what was sent meanwhile is healed by asking.</summary>
[Collection(JourneyCollection.Name)]
public sealed class BackupJourneyTests : IDisposable
{
    private readonly JourneyFolder folder = new();

    private StackOptions Options => new(Repository.Root, folder.Run) { Fsync = false };

    private string Dumps => folder.Run + "-backup";

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_publisher_and_a_subscriber_from_the_backup_end_up_with_every_event_again()
    {
        string former;
        await folder.LayPostgres();
        await using (var stack = await Stack.Start(Options))
        {
            Assert.NotNull(await Seed.Fill(stack.State, stack.Run, Options, CancellationToken.None));
            await JourneyEvents.AllTaken(stack);
            Assert.NotEqual("0", await JourneyEvents.Text(stack, "faults", "SELECT count(*)::text FROM outbox"));
            Assert.Equal(0, await Verb("backup", "--to", Dumps));
            former = await JourneyEvents.Text(stack, "faults", "SELECT id::text FROM incarnation");
            await Play(stack);
            Assert.Equal(1, await Verb("restore", "--from", Dumps));
        }
        Assert.Equal(0, await Verb("restore", "--from", Dumps, "--only", "faults,desk"));
        await using (var stack = await Stack.Start(Options))
        {
            Assert.NotEqual(former, await JourneyEvents.Text(stack, "faults", "SELECT id::text FROM incarnation"));
            // A minute of silence tells that the former life is over; the clock of a development system can be moved.
            using var clock = new DevelopmentClock(stack.Run.Clock);
            clock.MoveTo(clock.GetUtcNow().AddMinutes(2));
            await JourneyEvents.AllTaken(stack);
            Assert.Equal(
                "0",
                await JourneyEvents.Text(
                    stack,
                    "parking",
                    """
                    SELECT ((SELECT count(*) FROM inbox_source WHERE contiguous < last_sequence)
                        + (SELECT count(*) FROM inbox_hole))::text
                    """
                )
            );
            // What was there before the restore is kept beside it.
            Assert.Equal(
                "1",
                await JourneyEvents.Text(
                    stack,
                    "web",
                    "SELECT count(*)::text FROM pg_database WHERE datname LIKE 'faults_before_restore_%'"
                )
            );
        }
    }

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

    private static async Task Play(Stack stack)
    {
        var words = new List<string>();
        var wish = new DemoWish(JourneyStack.FirstHour);
        var result = await new Demo(stack.State, stack.Run, Repository.Root, wish, words.Add).Play();
        DemoLine.MustBeGood(result.LastLine, string.Join('\n', words));
    }
}

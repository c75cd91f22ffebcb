using System.Globalization;
using Grpc.Core;

namespace Mobility.Launcher;

/// <summary>How long callers ask before the stop that is told of, and how many stops there are in all.</summary>
public sealed record StopWish(TimeSpan Load, int Stops);

/// <summary>What came of the stops.</summary>
/// <param name="WaitsMilliseconds">From pressed to committed, the shortest first, one for each stop.</param>
/// <param name="AdmittedAfter">Admissions that were committed after a stop and before the next resumption.</param>
/// <param name="Admitted">Admissions that were committed.</param>
/// <param name="Replies">Replies that said yes.</param>
public sealed record StopOutcome(
    IReadOnlyList<double> WaitsMilliseconds,
    long AdmittedAfter,
    long Admitted,
    long Replies
)
{
    /// <summary>Nothing came after a stop, and each yes is a commit.</summary>
    public bool IsSound => AdmittedAfter == 0 && Admitted == Replies;
}

/// <summary>
/// `./mobility stop-demo`: 64 callers ask four processes of one system for refunds, as fast as they can; the client's
/// officer presses stop. What the database committed first is read from the database.
/// </summary>
public static class StopDemo
{
    public const int UsualSeconds = 5;
    public const int UsualStops = 20;
    private const int Processes = 4;
    private const int Callers = 64;

    /// <summary>Everybody may pass, because PostgreSQL may run as a user of its own; nobody else may look.</summary>
    private const UnixFileMode Passable = (UnixFileMode)0b111_001_001;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Plays it on a system of its own, which is deleted unless it failed.</summary>
    /// <param name="options">What is started; its run folder does not count.</param>
    /// <param name="wish">How long and how often.</param>
    /// <param name="output">What came out.</param>
    /// <returns>Exit code: 0 when nothing was admitted after any stop.</returns>
    public static async Task<int> Run(StackOptions options, StopWish wish, TextWriter output) =>
        await Play(options, wish, output) is { IsSound: true } ? 0 : 1;

    /// <summary>The same, with what came out; null when it could not be played.</summary>
    public static async Task<StopOutcome?> Play(StackOptions options, StopWish wish, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("mobility-stop-").FullName;
        File.SetUnixFileMode(folder, Passable);
        var run = new RunFolder(Path.Combine(folder, ".run"));
        var outcome = await Played(options with { RunFolder = run.Path }, wish, output);
        if (outcome is not { IsSound: true })
        {
            await output.WriteLineAsync($"stop-demo FAILED, kept: {folder}");
            return outcome;
        }
        PrivatePostgres.Delete(run.Postgres);
        PrivateRabbit.Delete(run.Rabbit);
        Directory.Delete(folder, recursive: true);
        await output.WriteLineAsync("stop-demo OK");
        return outcome;
    }

    private static async Task<StopOutcome?> Played(StackOptions options, StopWish wish, TextWriter output)
    {
        try
        {
            await using var system = await StopSystem.Start(options, Processes);
            using var stage = new StopStage(system);
            return await Play(system, stage, wish, output);
        }
        catch (Exception e) when (e is InvalidOperationException or RpcException or OperationCanceledException)
        {
            await output.WriteLineAsync(e.Message);
            return null;
        }
    }

    private static async Task<StopOutcome> Play(StopSystem system, StopStage stage, StopWish wish, TextWriter output)
    {
        var callers = await stage.Prepare(Callers);
        await output.WriteLineAsync($"{Callers} callers over {Processes} processes, {wish.Load.TotalSeconds:0} s");
        using var end = new CancellationTokenSource();
        var asking = Task.WhenAll(callers.Select(caller => caller.Run(end.Token)));
        await Task.WhenAny(asking, Task.Delay(wish.Load, TimeProvider.System));
        var stops = new List<StopSeen>();
        for (var n = 0; n < wish.Stops; n++)
        {
            if (n > 0)
            {
                await stage.Resume(n);
            }
            await EachAdmits(callers, asking);
            stops.Add(await Press(system, stage, callers, asking, n));
            if (n == 0)
            {
                await Tell(stops[0], output);
            }
        }
        await end.CancelAsync();
        await asking;
        var outcome = new StopOutcome(
            [.. stops.Select(stop => (stop.Books.Stop - stop.Pressed).TotalMilliseconds).Order()],
            stops.Sum(stop => stop.Books.AdmittedAfter),
            (await StopBooks.Read(system.Stack.State)).Admitted,
            callers.Sum(caller => caller.Admitted)
        );
        await Tell(outcome, output);
        return outcome;
    }

    /// <summary>Waits until every caller has been admitted once more, so that all are at it and no refusal of the stop
    /// before is still on its way.</summary>
    private static async Task EachAdmits(IReadOnlyList<StopCaller> callers, Task asking)
    {
        var before = callers.Select(caller => caller.Admitted).ToList();
        await Until(() => callers.Zip(before).All(pair => pair.First.Admitted > pair.Second), asking);
        foreach (var caller in callers)
        {
            caller.Arm();
        }
    }

    private static async Task<StopSeen> Press(
        StopSystem system,
        StopStage stage,
        IReadOnlyList<StopCaller> callers,
        Task asking,
        int n
    )
    {
        var pressed = TimeProvider.System.GetUtcNow().UtcDateTime;
        await stage.Stop(n);
        // Only who asked after the stop can have been refused: each does, so that each has tried to get past it.
        await Until(() => callers.All(caller => caller.FirstRefusal is not null), asking);
        var books = await StopBooks.Read(system.Stack.State);
        return new StopSeen(pressed, books, callers.Min(caller => caller.FirstRefusal!.Value));
    }

    private static async Task Tell(StopSeen stop, TextWriter output)
    {
        var books = stop.Books;
        await output.WriteLineAsync($"admitted before the stop   {books.Admitted - books.AdmittedAfter} refunds");
        await output.WriteLineAsync($"last admitted commit       {Clock(books.LastAdmission)}");
        await output.WriteLineAsync($"commit of the stop         {Clock(books.Stop)}");
        await output.WriteLineAsync($"first refusal at a caller  {Clock(stop.FirstRefusal)}");
        await output.WriteLineAsync($"admitted after the stop    {books.AdmittedAfter}");
    }

    private static async Task Tell(StopOutcome of, TextWriter output)
    {
        var waits = of.WaitsMilliseconds;
        await output.WriteLineAsync(
            $"{waits.Count} stops: pressed to committed p50 {waits[waits.Count / 2]:0} ms, longest {waits[^1]:0} ms; "
                + $"admitted after them {of.AdmittedAfter}"
        );
        await output.WriteLineAsync($"replies that said yes {of.Replies}, admissions committed {of.Admitted}");
    }

    /// <summary>Looks until something is so, as long as the callers ask.</summary>
    private static async Task Until(Func<bool> isSo, Task asking)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo())
        {
            if (asking.IsCompleted)
            {
                await asking;
            }
            await Task.Delay(Pause, TimeProvider.System, patience.Token);
        }
    }

    private static string Clock(DateTime time) => time.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>One stop: when it was pressed, what the database says, when the first caller heard of it.</summary>
    private sealed record StopSeen(DateTime Pressed, StopBooks Books, DateTime FirstRefusal);
}

using System.Globalization;
using Grpc.Core;

namespace Mobility.Launcher;

/// <summary>What came of a demo.</summary>
/// <param name="Ids">The weekend that was played; null when it did not begin.</param>
/// <param name="LastLine">`demo OK …` or `demo FAILED: …`.</param>
public sealed record DemoResult(DemoIds? Ids, string LastLine)
{
    public bool IsOk => LastLine.StartsWith("demo OK ", StringComparison.Ordinal);
}

/// <summary>What is asked of a demo.</summary>
/// <param name="Until">Where the weekend ends; null = where the file ends.</param>
/// <param name="CheckOnly">Nothing is played: the weekend that was played last is judged.</param>
/// <param name="Weekend">What is played; null = the file of the checkout.</param>
/// <param name="Chaos">Seed of the kills that the system has to bear meanwhile; null = none.</param>
/// <param name="Kills">Those kills, where they are not to come from a seed.</param>
public sealed record DemoWish(
    WeekendTime? Until = null,
    bool CheckOnly = false,
    Weekend? Weekend = null,
    int? Chaos = null,
    ChaosPlan? Kills = null
);

/// <summary>`./mobility demo`: the weekend of `tests/Journeys/weekend.json`, played on a running system and then
/// checked.</summary>
public sealed class Demo(RunState state, RunFolder run, string root, DemoWish wish, Action<string> say)
{
    private const string NothingPlayed = "no weekend was played here yet";
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Told how many steps were done, after each: a journey breaks something meanwhile.</summary>
    public Action<int> Stepped { get; init; } = _ => { };

    private readonly Weekend weekend = (wish.Weekend ?? Weekend.Load(root)).Until(wish.Until);

    /// <summary>Plays against the system of a run folder, or starts one there and stops it again.</summary>
    /// <returns>Exit code: 0 OK, 1 failed.</returns>
    public static async Task<int> Run(StackOptions options, DemoWish wish, TextWriter output)
    {
        var run = new RunFolder(options.RunFolder);
        using var stop = new StopSignals();
        try
        {
            if (IsRunning(run))
            {
                return await PlayOn(await Whole(run), run, options.Root, wish, output, stop.Token);
            }
            if (wish.CheckOnly && !Directory.Exists(run.Postgres))
            {
                throw new InvalidOperationException(NothingPlayed);
            }
            await output.WriteLineAsync("nothing runs yet: starting a system for the demo");
            var own = wish.Chaos is null ? options : options with { LongestRestartWait = ChaosRun.LongestRestartWait };
            await using var stack = await Stack.Start(own, stop.Token);
            return await PlayOn(stack.State, run, options.Root, wish, output, stop.Token);
        }
        catch (Exception e) when (stop.Token.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            await output.WriteLineAsync("demo stopped before its end; the next one plays the next weekend");
            return 1;
        }
        catch (Exception e) when (e is InvalidOperationException or AlreadyRunningException)
        {
            await output.WriteLineAsync($"demo FAILED: {e.Message}");
            return 1;
        }
    }

    /// <summary>Plays the weekend, waits until all is at rest, checks, and says what happened.</summary>
    public async Task<DemoResult> Play(CancellationToken token = default)
    {
        // One form of numbers, whatever the terminal's language.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (wish.CheckOnly)
        {
            return await DemoBooks.LastWeekend(state, weekend.Client, token) is { } last
                ? await Judge(last, [], token)
                : Ended(null, $"demo FAILED: {NothingPlayed}");
        }
        using var stage = new DemoStage(state, run, root, weekend);
        await using var chaos = Kills() is { } plan ? new ChaosRun(state, run, stage.Clock, plan, Say) : null;
        var play = Player(stage, chaos);
        Say(
            $"a weekend in Gangneung from {stage.Ids.Saturday:yyyy-MM-dd} on: "
                + $"{weekend.Steps.Count} steps, all times are Korean"
        );
        try
        {
            chaos?.Begin();
            await play.Run(token);
        }
        catch (RpcException e) when (!token.IsCancellationRequested)
        {
            return Ended(stage.Ids, $"demo FAILED: a call ended {e.StatusCode}: {e.Status.Detail}");
        }
        catch (TimeoutException e)
        {
            return Ended(stage.Ids, $"demo FAILED: {e.Message}");
        }
        SayAll(DemoStory.LoneAgent(play.Desk.Scene, play.Desk.Calls));
        if (stage.Wires.Retries > 0)
        {
            Say($"{stage.Wires.Retries} calls were repeated because a service was away");
        }
        if (chaos is not null)
        {
            await chaos.End();
            SayAll(["", chaos.Told()]);
        }
        IReadOnlyList<string> findings = [.. stage.Findings, .. chaos?.Findings ?? []];
        return await Judge(stage.Ids, findings, token, chaos is null ? "" : $" {chaos.Summary}");
    }

    private DemoPlay Player(DemoStage stage, ChaosRun? chaos) =>
        new(stage, new DemoQuiet(state, stage.Clock))
        {
            Stepped = steps =>
            {
                Stepped(steps);
                chaos?.Stepped(steps);
            },
            HourDone = async (hour, stop) =>
                TellHour(await DemoQuiet.Persistently(() => DemoHour.Read(state, stage, hour, stop), stop)),
        };

    private ChaosPlan? Kills() =>
        wish.Kills ?? (wish.Chaos is { } seed ? ChaosPlan.Make(seed, weekend, ChaosPoint.Of(state)) : null);

    private async Task<DemoResult> Judge(
        DemoIds ids,
        IReadOnlyCollection<string> played,
        CancellationToken token,
        string end = ""
    )
    {
        var patience = wish.CheckOnly ? TimeSpan.Zero : DemoCheck.Patience;
        var check = new DemoCheck(state, run, root, weekend, ids);
        var verdict = await check.Judge(patience, token);
        if (verdict.Books is { } books)
        {
            SayAll(DemoStory.Figures(weekend, new DemoThings(ids, weekend, books), books, check.People()));
        }
        return Ended(ids, DemoStory.LastLine(weekend, verdict, played) + end);
    }

    private void TellHour(DemoHour hour)
    {
        Say(DemoStory.Hour(hour));
        SayAll(DemoStory.Scenes(hour));
    }

    private void SayAll(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Say(line);
        }
    }

    /// <summary>Kills are told of while the weekend is.</summary>
    private void Say(string line)
    {
        lock (weekend)
        {
            say(line);
        }
    }

    private DemoResult Ended(DemoIds? ids, string line)
    {
        Say(line);
        return new DemoResult(ids, line);
    }

    private static bool IsRunning(RunFolder run)
    {
        if (!Directory.Exists(run.Path))
        {
            return false;
        }
        using var guard = run.TryLock();
        return guard is null;
    }

    /// <summary>The state of a system that runs, once all its parts are there: it may just be starting.</summary>
    private static async Task<RunState> Whole(RunFolder run)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var state = run.ReadState();
            var there = state?.Parts.Select(part => part.Name) ?? [];
            var missing = StackOptions.ServiceNames.Append("gateway").Except(there, StringComparer.Ordinal).ToList();
            if (state is not null && missing.Count == 0)
            {
                return state;
            }
            if (TimeProvider.System.GetElapsedTime(start) > StartPatience)
            {
                var parts = string.Join(", ", missing);
                throw new InvalidOperationException($"the system in {run.Path} runs without {parts}");
            }
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    private static async Task<int> PlayOn(
        RunState state,
        RunFolder run,
        string root,
        DemoWish wish,
        TextWriter output,
        CancellationToken token
    ) => (await new Demo(state, run, root, wish, output.WriteLine).Play(token)).IsOk ? 0 : 1;
}

using System.Globalization;
using Grpc.Core;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>What came of a demo.</summary>
/// <param name="Run">What it made; null when it did not get to its end.</param>
/// <param name="LastLine">`demo OK …` or `demo FAILED: …`.</param>
public sealed record DemoResult(DemoRun? Run, string LastLine)
{
    public bool IsOk => LastLine.StartsWith("demo OK ", StringComparison.Ordinal);
}

/// <summary>`./mobility demo`: the acceptance scenario, played on a running system and then checked.</summary>
public sealed class Demo(RunState state, RunFolder run, DemoScenario scenario, Action<string> say)
{
    private static readonly TimeSpan OutcomePatience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Told how many reports were filed, after each: a journey breaks something meanwhile.</summary>
    public Action<int> Reported { get; init; } = _ => { };

    private string Parent => $"clients/{scenario.Client}";

    /// <summary>Plays against the system of a run folder, or starts one there and stops it again.</summary>
    /// <returns>Exit code: 0 OK, 1 failed.</returns>
    public static async Task<int> Run(StackOptions options, TextWriter output)
    {
        var run = new RunFolder(options.RunFolder);
        var scenario = DemoScenario.Load(options.Root);
        try
        {
            if (IsRunning(run))
            {
                return await PlayOn(await Whole(run), run, scenario, output);
            }
            await output.WriteLineAsync("nothing runs yet: starting a system for the demo");
            await using var stack = await Stack.Start(options);
            return await PlayOn(stack.State, run, scenario, output);
        }
        catch (Exception e) when (e is InvalidOperationException or AlreadyRunningException)
        {
            await output.WriteLineAsync($"demo FAILED: {e.Message}");
            return 1;
        }
    }

    /// <summary>Plays the scenario, waits until all is at rest, checks, and says what happened.</summary>
    public async Task<DemoResult> Play(CancellationToken token = default)
    {
        // One form of numbers, whatever the terminal's language.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        using var wires = new DemoWires(state, run);
        using var gateway = new DemoGateway(state, run);
        var start = TimeProvider.System.GetUtcNow();
        var before = await gateway.Ledger(token);
        DemoRun played;
        IReadOnlyDictionary<string, Refund> outcomes;
        try
        {
            var granted = await new DemoGrant(wires, scenario).Ensure(token);
            say(granted ? "the client's officer has granted a delegation" : "a delegation is in force already");
            say($"playing {scenario.Reports.Count} reports");
            var play = new DemoPlay(wires, gateway, scenario, start) { Reported = Reported };
            var cancels = before.ToLookup(entry => entry.PaymentKey, entry => entry.TransactionKey);
            played = new DemoRun(start, scenario.Client, await play.Run(token), cancels);
            outcomes = await Outcomes(wires, played, token);
        }
        catch (RpcException e)
        {
            return Ended(null, $"demo FAILED: a call ended {e.StatusCode}: {e.Status.Detail}");
        }
        var verdict = await new DemoCheck(state, run).Judge(played, DemoCheck.Patience, token);
        foreach (var line in DemoStory.Lines(played, outcomes, verdict, wires.Retries))
        {
            say(line);
        }
        return Ended(played, DemoStory.LastLine(played, verdict));
    }

    private DemoResult Ended(DemoRun? played, string line)
    {
        say(line);
        return new DemoResult(played, line);
    }

    /// <summary>The refund of each ride, as the client's officer sees it, once none is under way;
    /// in vain after 40 s.</summary>
    private async Task<IReadOnlyDictionary<string, Refund>> Outcomes(
        DemoWires wires,
        DemoRun played,
        CancellationToken token
    )
    {
        var officer = Token.Person("client_officer", scenario.Officer, scenario.Client);
        var rides = played.Reports.ToDictionary(one => one.Ride, one => one.Plan.Expected, StringComparer.Ordinal);
        var expected = rides.Values.Count(plan => plan.Outcome != DemoOutcome.Grounded);
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var request = new ListRefundsRequest { Parent = Parent, PageSize = 200 };
            var page = await wires.Call(wires.Refunds.ListRefundsAsync, request, officer, token);
            var own = page
                .Refunds.Where(refund => rides.ContainsKey(refund.Ride))
                .DistinctBy(refund => refund.Ride)
                .ToDictionary(refund => refund.Ride, StringComparer.Ordinal);
            var ended = own.Values.Count(refund => refund.State is RefundState.Settled or RefundState.Denied);
            if (ended >= expected || TimeProvider.System.GetElapsedTime(start) > OutcomePatience)
            {
                return own;
            }
            await Task.Delay(Pause, TimeProvider.System, token);
        }
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

    private static async Task<int> PlayOn(RunState state, RunFolder run, DemoScenario scenario, TextWriter output)
    {
        var result = await new Demo(state, run, scenario, output.WriteLine).Play();
        return result.IsOk ? 0 : 1;
    }
}

namespace Mobility.Launcher;

/// <summary>
/// Plays the weekend through the public APIs. The clock that all processes of the system share is moved from step to
/// step; what is done at the same time by different people is done at once, what one person does, in order.
/// </summary>
internal sealed class DemoPlay
{
    /// <summary>More callers than two cores serve at once only wait longer.</summary>
    private const int AtATime = 6;

    private readonly DemoStage stage;
    private readonly DemoQuiet quiet;
    private readonly DemoFacts facts;
    private readonly IReadOnlyDictionary<WeekendDeed, Func<WeekendStep, CancellationToken, Task>> deeds;
    private int done;

    public DemoPlay(DemoStage stage, DemoQuiet quiet)
    {
        this.stage = stage;
        this.quiet = quiet;
        facts = new DemoFacts(stage);
        var (faults, refunds, complaints) = (
            new DemoFaults(stage, facts),
            new DemoRefunds(stage),
            new DemoComplaints(stage)
        );
        Desk = new DemoDesk(stage, refunds, quiet);
        deeds = new Dictionary<WeekendDeed, Func<WeekendStep, CancellationToken, Task>>
        {
            [WeekendDeed.Shift] = Desk.PutOnDuty,
            [WeekendDeed.Grant] = refunds.Grant,
            [WeekendDeed.Stop] = refunds.Stop,
            [WeekendDeed.ReportFault] = faults.Report,
            [WeekendDeed.ConfirmFault] = faults.Decide,
            [WeekendDeed.RejectFault] = faults.Decide,
            [WeekendDeed.ResolveFault] = faults.Decide,
            [WeekendDeed.AskRefund] = refunds.Ask,
            [WeekendDeed.ApproveRefund] = refunds.Answer,
            [WeekendDeed.DeclineRefund] = refunds.Answer,
            [WeekendDeed.WithdrawRefund] = refunds.Answer,
            [WeekendDeed.LetRefundExpire] = DemoRefunds.LetExpire,
            [WeekendDeed.FileComplaint] = complaints.File,
            [WeekendDeed.UpholdComplaint] = complaints.Decide,
            [WeekendDeed.RejectComplaint] = complaints.Decide,
            [WeekendDeed.DispatchComplaint] = complaints.Decide,
            [WeekendDeed.SplitComplaint] = complaints.Decide,
            [WeekendDeed.ResolveComplaint] = complaints.Resolve,
            [WeekendDeed.RideAway] = facts.RideAway,
            [WeekendDeed.WithdrawComplaint] = complaints.ByReporter,
            [WeekendDeed.ReopenComplaint] = complaints.ByReporter,
            [WeekendDeed.RecordContact] = Desk.Record,
            [WeekendDeed.HandOverCase] = Desk.HandOver,
            [WeekendDeed.CloseCase] = Desk.Close,
            [WeekendDeed.HelpCaller] = Desk.Help,
        };
    }

    public DemoDesk Desk { get; }

    /// <summary>Told how many steps were done, after each.</summary>
    public Action<int> Stepped { get; init; } = _ => { };

    /// <summary>Told of each hour that is over.</summary>
    public Func<WeekendTime, CancellationToken, Task> HourDone { get; init; } = (_, _) => Task.CompletedTask;

    public async Task Run(CancellationToken token)
    {
        stage.Clock.MoveTo(stage.Ids.At(WeekendTime.Saturday(8)));
        await SetUp(token);
        foreach (var hour in stage.Weekend.Steps.GroupBy(step => step.At.Hour))
        {
            await BeginHour(hour.Key, [.. hour], token);
            foreach (var slot in hour.GroupBy(step => step.At))
            {
                Move(slot.Key);
                await Each(slot.GroupBy(Lane), Play, token);
                await Quiet(token);
            }
            await HourDone(hour.Key, token);
        }
    }

    /// <summary>The people are members, the vehicles are known.</summary>
    private async Task SetUp(CancellationToken token)
    {
        foreach (var person in stage.People.Where(person => person.MemberRole is not null))
        {
            var request = person.Enrolment(stage.Ids.Client, stage.Ids.Request(0, person.Key));
            await stage.Wires.Call(stage.Wires.Refunds.EnrolMemberAsync, request, stage.Operator, token);
        }
        var vehicles = stage.Weekend.Steps.SelectMany(step => step.Vehicles ?? []).Distinct(StringComparer.Ordinal);
        await Each(vehicles, facts.Register, token);
        await Quiet(token);
    }

    /// <summary>Rides that the hour's requests are about are over by then, and everybody has heard of them.</summary>
    private async Task BeginHour(WeekendTime hour, IReadOnlyList<WeekendStep> steps, CancellationToken token)
    {
        Move(hour);
        var paid = steps.Where(step => step is { Ride: not null, Do: WeekendDeed.AskRefund or WeekendDeed.HelpCaller });
        await Each(paid, facts.TellAll, token);
        await Quiet(token);
    }

    private void Move(WeekendTime to)
    {
        var time = stage.Ids.At(to);
        // A slow machine may be there already.
        if (time > stage.Clock.GetUtcNow())
        {
            stage.Clock.MoveTo(time);
        }
    }

    /// <summary>An agent asks for one refund after the other: the budgets count in this order.</summary>
    private static string Lane(WeekendStep step) =>
        step.Do is WeekendDeed.AskRefund or WeekendDeed.Shift ? step.Who : $"{step.Number}";

    private async Task Play(IGrouping<string, WeekendStep> lane, CancellationToken token)
    {
        foreach (var step in lane)
        {
            try
            {
                await deeds[step.Do](step, token);
            }
            catch (InvalidOperationException e)
            {
                stage.Find(step, e.Message);
            }
            Stepped(Interlocked.Increment(ref done));
        }
    }

    private async Task Quiet(CancellationToken token)
    {
        if (await quiet.Wait(token) is { } busy)
        {
            throw new TimeoutException($"at {DemoIds.Shown(stage.Clock.GetUtcNow())} {busy}");
        }
    }

    private static Task Each<T>(IEnumerable<T> all, Func<T, CancellationToken, Task> step, CancellationToken token) =>
        Parallel.ForEachAsync(
            all,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = token },
            async (one, stop) => await step(one, stop)
        );
}

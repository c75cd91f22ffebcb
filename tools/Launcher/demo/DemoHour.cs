using Dapper;
using Npgsql;

namespace Mobility.Launcher;

/// <summary>An hour that was played, for the story: what the services allowed and said, and what the rows of its things
/// say at its end; nothing of what the file expects.</summary>
internal sealed class DemoHour
{
    private readonly DemoStage stage;
    private readonly IReadOnlyDictionary<Guid, RefundRow> refunds;
    private readonly IReadOnlyDictionary<Guid, long> answers;

    private DemoHour(
        DemoStage stage,
        WeekendTime time,
        IReadOnlyDictionary<Guid, RefundRow> refunds,
        IReadOnlyDictionary<Guid, long> answers
    )
    {
        (this.stage, Time, this.refunds, this.answers) = (stage, time, refunds, answers);
        Steps = StepsOf(stage, time);
    }

    public WeekendTime Time { get; }
    public IReadOnlyList<WeekendStep> Steps { get; }

    public bool WasAllowed(WeekendStep step) => stage.WasAllowed(step);

    /// <summary>What a reply to a step said.</summary>
    public string Seen(WeekendStep step) => stage.Seen(step) ?? "nothing";

    /// <summary>State of a refund; empty when it has no row.</summary>
    public string State(string refund) => Row(refund)?.State ?? "";

    /// <summary>What a refund paid back, in won; null when it is not settled.</summary>
    public long? Settled(string refund) => Row(refund) is { State: "Settled" } row ? row.Amount : null;

    /// <summary>Which of the weekend's refunds are withdrawn.</summary>
    public IEnumerable<string> Withdrawn() =>
        stage
            .Weekend.Steps.Where(step => step.Do == WeekendDeed.AskRefund && step.At <= Time)
            .Select(step => step.Thing!)
            .Where(refund => State(refund) == "Withdrawn");

    /// <summary>How many of the complaints of a step were told their answer.</summary>
    public long Answers(WeekendStep step) => ComplaintsOf(step).Sum(key => answers.GetValueOrDefault(Id(stage, key)));

    /// <summary>Reads the rows of the hour's things.</summary>
    public static async Task<DemoHour> Read(RunState state, DemoStage stage, WeekendTime time, CancellationToken token)
    {
        var steps = StepsOf(stage, time);
        var asked = stage
            .Weekend.Steps.Where(step => step.Do is WeekendDeed.AskRefund or WeekendDeed.HelpCaller)
            .Select(step => Id(stage, step.Thing!));
        var answered = steps.Where(step => step.Do == WeekendDeed.ResolveComplaint).SelectMany(ComplaintsOf);
        var refunds = await List<RefundRow>(
            state.Services["refunds"],
            "SELECT refund_id AS id, state, amount FROM refund WHERE refund_id = ANY(@ids)",
            asked,
            token
        );
        var answers = await List<AnswerRow>(
            state.Services["desk"],
            """
            SELECT subject_id AS id, count(*) AS count FROM messages
            WHERE subject_id = ANY(@ids) AND kind LIKE 'complaint-resolved%' GROUP BY subject_id
            """,
            answered.Select(key => Id(stage, key)),
            token
        );
        return new DemoHour(
            stage,
            time,
            refunds.ToDictionary(row => row.Id),
            answers.ToDictionary(row => row.Id, row => row.Count)
        );
    }

    private RefundRow? Row(string refund) => refunds.GetValueOrDefault(Id(stage, refund));

    private static List<WeekendStep> StepsOf(DemoStage stage, WeekendTime time) =>
        [.. stage.Weekend.Steps.Where(step => step.At.Hour == time)];

    private static IEnumerable<string> ComplaintsOf(WeekendStep step) => [step.Of!, .. step.Expect.Also ?? []];

    private static Guid Id(DemoStage stage, string key) =>
        stage.TryName(key) is { } name ? DemoBooks.IdOf(name) : Guid.Empty;

    private static async Task<IEnumerable<T>> List<T>(
        ServiceState service,
        string statement,
        IEnumerable<Guid> ids,
        CancellationToken token
    )
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        await using var connection = new NpgsqlConnection(service.Database + ";Maximum Pool Size=2");
        await connection.OpenAsync(token);
        // The tables are shut by client: the policy lets '*' see all of them.
        await connection.ExecuteAsync("SELECT set_config('mobility.client', '*', false)");
        var arguments = new { ids = ids.Where(id => id != Guid.Empty).ToArray() };
        return await connection.QueryAsync<T>(new CommandDefinition(statement, arguments, cancellationToken: token));
    }

    private sealed record RefundRow
    {
        public Guid Id { get; init; }
        public string State { get; init; } = "";
        public long Amount { get; init; }
    }

    private sealed record AnswerRow
    {
        public Guid Id { get; init; }
        public long Count { get; init; }
    }
}

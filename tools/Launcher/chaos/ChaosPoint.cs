using static Mobility.Launcher.WeekendDeed;

namespace Mobility.Launcher;

/// <summary>How a kill comes about.</summary>
public enum ChaosKind
{
    /// <summary>The process ends itself where it says so: <see cref="Platform.KillPoint"/>.</summary>
    Inside,

    /// <summary>A process is killed from outside, once something is in flight.</summary>
    Outside,

    /// <summary>A process is frozen from outside for longer than others wait for it, and goes on.</summary>
    Freeze,

    /// <summary>As from outside, and again while the launcher starts it anew.</summary>
    Restart,
}

/// <summary>A named place at which a process is killed or frozen.</summary>
/// <param name="Part">The process, by its name in the launcher's table.</param>
/// <param name="Place">Where in it; for kills from outside the manner.</param>
/// <param name="Kind">How.</param>
/// <param name="InFlight">What is in flight there by the nature of the place; empty where that is looked up.</param>
/// <param name="Work">Is this a step that brings somebody to the place, whatever else happens?</param>
public sealed record ChaosPoint(
    string Part,
    string Place,
    ChaosKind Kind,
    string InFlight,
    Func<WeekendStep, bool> Work
)
{
    /// <summary>Someone else may have done the work already when it is armed, or do it while it is killed: this much
    /// more has to be to come.</summary>
    private const int Spare = 3;

    /// <summary>Kills from outside wait for a moment in which something is in flight: there must be enough of
    /// them.</summary>
    private const int Moments = 12;

    private static readonly ChaosPoint RabbitMq = new("rabbitmq", "kill", ChaosKind.Outside, "", IsHeard);

    /// <summary>Every point that all systems have, in a fixed order.</summary>
    public static IReadOnlyList<ChaosPoint> All { get; } =
    [
        .. StackOptions.ServiceNames.SelectMany(OfService),
        Admission("admission.before-commit", "requests that are decided, not committed"),
        Admission("admission.after-commit", "requests that are committed and not answered"),
        Settle("approved-dispatch.before-commit", "a refund at its fence, not committed"),
        Settle("approved-dispatch.after-commit", "a refund behind its fence"),
        Settle("settle.before-send", "a refund behind its fence, the order not sent"),
        Settle("settle.after-send", "an order at the gateway, its reply unread"),
        Settle("settle.after-reply", "a reply of the gateway that no row has"),
        Settle("dispatching-settle.before-commit", "a refund that is proven, not committed"),
        Settle("dispatching-settle.after-commit", "a refund that is proven, nothing told of it"),
        Approval("awaiting-approval-approve.before-commit", "an agreement, not committed"),
        Approval("awaiting-approval-approve.after-commit", "an agreement, committed and not answered"),
        new("sidecar", "kill", ChaosKind.Outside, "", IsHeard),
        new("postgres", "quit", ChaosKind.Outside, "", IsHeard),
        new("postgres", "kill", ChaosKind.Outside, "", IsHeard),
        new("gateway", "kill", ChaosKind.Outside, "", IsSettled),
        // What a frozen relay or settlement believes is old when it goes on.
        new("faults", "freeze", ChaosKind.Freeze, "", step => PublishesFrom("faults", step)),
        new("refunds", "freeze", ChaosKind.Freeze, "", IsSettled),
        .. StackOptions.ServiceNames.Select(name => new ChaosPoint(
            name,
            "restart",
            ChaosKind.Restart,
            "",
            step => PublishesFrom(name, step)
        )),
    ];

    /// <summary>The points of a system that runs: its broker may be a process of its own.</summary>
    public static IReadOnlyList<ChaosPoint> Of(RunState state) =>
        state.Parts.Any(part => part.Name == RabbitMq.Part) ? [.. All, RabbitMq] : All;

    /// <summary>Name of the point, and of the file that arms it.</summary>
    public string Name => $"{Part}.{Place}";

    /// <summary>What is sent to the process from outside.</summary>
    public int Signal =>
        Kind == ChaosKind.Freeze ? Signals.Stop
        : Place == "quit" ? Signals.Quit
        : Signals.Kill;

    /// <summary>How many steps that bring somebody to it must be to come when it is armed.</summary>
    public int Need =>
        Kind != ChaosKind.Inside ? Moments
        : Place.StartsWith("awaiting-approval-", StringComparison.Ordinal) ? 1
        : Spare;

    private static IEnumerable<ChaosPoint> OfService(string name)
    {
        bool Publishes(WeekendStep step) => PublishesFrom(name, step);
        bool Hears(WeekendStep step) => StackOptions.Hears[name].Any(source => PublishesFrom(source, step));
        yield return new(name, "outbox.before-assign", ChaosKind.Inside, "an event without a number", Publishes);
        yield return new(name, "outbox.after-assign", ChaosKind.Inside, "a numbered event, not sent", Publishes);
        yield return new(name, "outbox.after-publish", ChaosKind.Inside, "a sent event, held for unsent", Publishes);
        yield return new(name, "inbox.before-commit", ChaosKind.Inside, "an event applied, not committed", Hears);
        yield return new(name, "inbox.after-commit", ChaosKind.Inside, "an event committed, not answered", Hears);
    }

    private static ChaosPoint Admission(string place, string inFlight) =>
        new("refunds", place, ChaosKind.Inside, inFlight, step => step is { Do: AskRefund, Expect.Error: null });

    private static ChaosPoint Settle(string place, string inFlight) =>
        new("refunds", place, ChaosKind.Inside, inFlight, IsSettled);

    private static ChaosPoint Approval(string place, string inFlight) =>
        new(
            "refunds",
            place,
            ChaosKind.Inside,
            inFlight,
            step => step is { Do: ApproveRefund, Altered: false, Expect: { Error: null, State: "SETTLED" } }
        );

    private static bool IsHeard(WeekendStep step) =>
        StackOptions.ServiceNames.Any(source => PublishesFrom(source, step));

    private static bool IsSettled(WeekendStep step) => step is { Do: AskRefund, Expect.State: "SETTLED" };

    /// <summary>Is a step certain to make a service publish?</summary>
    private static bool PublishesFrom(string source, WeekendStep step) =>
        step.Expect.Error is null
        && source switch
        {
            "faults" => step.Do is ReportFault or ConfirmFault or RejectFault or ResolveFault,
            "refunds" => IsSettled(step),
            "parking" => step.Do is FileComplaint or UpholdComplaint or RejectComplaint or ResolveComplaint,
            _ => step.Do is FileComplaint or CloseCase,
        };
}

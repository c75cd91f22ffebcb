using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>Something that is done at a time of the weekend, with what must come of it beside it.</summary>
/// <param name="Number">1 to the number of steps.</param>
/// <param name="At">When. What is done at the same time and does not follow from one another may be done at
/// once.</param>
/// <param name="Do">What.</param>
public sealed record WeekendStep(int Number, WeekendTime At, WeekendDeed Do)
{
    /// <summary>Who does it: the key of one of the weekend's people, or of a rider; empty for somebody in the
    /// street.</summary>
    public string Who { get; init; } = "";

    /// <summary>Key of what it makes: `fault-17`, `refund-3`.</summary>
    public string? Thing { get; init; }

    /// <summary>Key of what it acts on.</summary>
    public string? Of { get; init; }

    /// <summary>The rider whom it is about.</summary>
    public string? Rider { get; init; }

    /// <summary>Keys of vehicles.</summary>
    public IReadOnlyList<string>? Vehicles { get; init; }

    /// <summary>Category of a fault or a complaint.</summary>
    public string? Category { get; init; }

    /// <summary>Code of a reason.</summary>
    public string? Reason { get; init; }

    public RefundAction? Action { get; init; }

    /// <summary>Amount in won that is asked for.</summary>
    public long? Won { get; init; }

    /// <summary>The ride that the operator's system tells of, and what was paid for it.</summary>
    public WeekendRide? Ride { get; init; }

    /// <summary>When each fact of a fault's ride is told; without it all before the step.</summary>
    public IReadOnlyList<WeekendFact>? Facts { get; init; }

    /// <summary>Where a vehicle stands, latitude first.</summary>
    public IReadOnlyList<double>? Point { get; init; }

    /// <summary>The fault that a refund names, or the complaint's contact.</summary>
    public string? Fault { get; init; }

    /// <summary>By what the entrance knows the sender again.</summary>
    public string? Sender { get; init; }

    /// <summary>The reporter, at the telephone, gives a number.</summary>
    public bool Calls { get; init; }

    /// <summary>As what somebody is on duty.</summary>
    public DutyRole? Duty { get; init; }

    /// <summary>End of a shift.</summary>
    public WeekendTime? Until { get; init; }

    public ContactOutcome? Outcome { get; init; }

    public bool Abusive { get; init; }

    public CaseNeed? Need { get; init; }

    /// <summary>An approval names another hash than the request's.</summary>
    public bool Altered { get; init; }

    /// <summary>What must come of it.</summary>
    public WeekendOutcome Expect { get; init; } = new();
}

/// <summary>What must come of a step; what is not said is not looked at.</summary>
public sealed record WeekendOutcome
{
    /// <summary>State of the thing that it makes or acts on.</summary>
    public string? State { get; init; }

    /// <summary>Other things that it brings into the same state.</summary>
    public IReadOnlyList<string>? Also { get; init; }

    /// <summary>What the grounding rule says.</summary>
    public Grounding? Grounding { get; init; }

    /// <summary>State of the refund that the machine tries because of the fault.</summary>
    public string? Automatic { get; init; }

    /// <summary>What is paid back, in won.</summary>
    public long? Won { get; init; }

    /// <summary>Codes of the conditions that failed, sorted.</summary>
    public IReadOnlyList<string>? Reasons { get; init; }

    /// <summary>Reason of an error: the call must be refused.</summary>
    public string? Error { get; init; }

    /// <summary>How many others reported the same vehicles, as it was told to each of the things, in their
    /// order.</summary>
    public IReadOnlyList<int>? Others { get; init; }

    /// <summary>Complaints that the one removal answers; 0 = there is none.</summary>
    public int? Removal { get; init; }

    /// <summary>Who has the case afterwards.</summary>
    public string? Owner { get; init; }

    /// <summary>How many open cases the doer has.</summary>
    public int? OpenCases { get; init; }

    /// <summary>Most calls of an API that the scene may take.</summary>
    public int? Calls { get; init; }

    /// <summary>Kinds of messages that the person behind each thing is promised by it.</summary>
    public IReadOnlyList<string>? Told { get; init; }
}

/// <summary>The operator's record of a ride, and what was paid for it.</summary>
/// <param name="Lock">Did the lock open?</param>
/// <param name="Meters">Distance.</param>
/// <param name="Began">Minutes between the unlock and the step.</param>
/// <param name="Minutes">How long it lasted; null while it runs.</param>
/// <param name="Won">What was paid; 0 = nothing is known of a payment.</param>
/// <param name="Instrument">How.</param>
public sealed record WeekendRide(
    UnlockOutcome Lock,
    long Meters,
    int Began,
    int? Minutes,
    long Won,
    Instrument Instrument
);

/// <summary>Something that the operator's system tells of a ride, or the report itself.</summary>
public enum WeekendFact
{
    /// <summary>The ride while it runs: 0 m so far.</summary>
    Running = 1,

    /// <summary>The finished ride.</summary>
    Record = 2,

    /// <summary>The payment.</summary>
    Payment = 3,

    /// <summary>The rider's report.</summary>
    Report = 4,
}

/// <summary>What can be done in a weekend.</summary>
public enum WeekendDeed
{
    /// <summary>A member is put on duty.</summary>
    Shift = 1,

    /// <summary>The client's officer grants authority.</summary>
    Grant = 2,

    /// <summary>The client's officer says stop.</summary>
    Stop = 3,

    /// <summary>A rider reports a fault.</summary>
    ReportFault = 4,
    ConfirmFault = 5,
    RejectFault = 6,
    ResolveFault = 7,

    /// <summary>An agent asks for a refund.</summary>
    AskRefund = 8,
    ApproveRefund = 9,
    DeclineRefund = 10,
    WithdrawRefund = 11,

    /// <summary>Time alone ends the wait for an approval.</summary>
    LetRefundExpire = 12,

    /// <summary>Somebody complains about vehicles.</summary>
    FileComplaint = 13,
    UpholdComplaint = 14,
    RejectComplaint = 15,
    DispatchComplaint = 16,

    /// <summary>The field crew answers with a photo.</summary>
    ResolveComplaint = 17,

    /// <summary>The vehicles were ridden away: the answer needs no photo.</summary>
    RideAway = 18,
    WithdrawComplaint = 19,
    ReopenComplaint = 20,
    SplitComplaint = 21,

    /// <summary>Somebody calls or writes.</summary>
    RecordContact = 22,
    HandOverCase = 23,
    CloseCase = 24,

    /// <summary>The scene of the lone agent: from the call to a settled refund.</summary>
    HelpCaller = 25,
}

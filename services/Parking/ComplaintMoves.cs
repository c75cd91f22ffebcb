using Grpc.Core;
using Mobility.Parking.Episodes;
using Mobility.Parking.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>How a complaint goes from state to state. Pure: the moment is passed in.</summary>
public sealed partial record Complaint
{
    /// <summary>A day in which the reporter can pass by again and see whether it is true.</summary>
    public static readonly TimeSpan ReopenableFor = TimeSpan.FromHours(24);

    /// <summary>It is right.</summary>
    /// <param name="through">The complaint of the episode on which the person acted.</param>
    /// <param name="by">people/{uuid}.</param>
    /// <param name="note">For colleagues.</param>
    /// <param name="now">The moment.</param>
    public Complaint Uphold(Guid through, string by, string note, Moment now) =>
        Require(ComplaintState.Upheld, Errors.ComplaintNotUpheld, ComplaintState.Filed, ComplaintState.Held)
            .Decided(ComplaintState.Upheld, by, note, now) with
        {
            UpheldThrough = through,
        };

    /// <summary>A person looked at it: what was HELD is as good as any other from now on.</summary>
    public Complaint Seen() => State == ComplaintState.Held ? this with { State = ComplaintState.Filed } : this;

    /// <summary>It is wrong: an answer.</summary>
    public Complaint Reject(string by, string reason, string note, Moment now) =>
        Require(ComplaintState.Rejected, Errors.ComplaintNotUpheld, ComplaintState.Filed, ComplaintState.Held)
            .Answered(ComplaintState.Rejected, by, reason, note, now);

    /// <summary>The field crew is sent; with the others of its episode also when nobody upheld this one.</summary>
    public Complaint Dispatch(Guid through, string by, string note, Moment now) =>
        (
            Id == through
                ? Require(ComplaintState.Dispatched, Errors.ComplaintNotUpheld, ComplaintState.Upheld)
                : Require(
                    ComplaintState.Dispatched,
                    Errors.ComplaintNotUpheld,
                    ComplaintState.Filed,
                    ComplaintState.Upheld
                )
        ).Decided(ComplaintState.Dispatched, by, note, now) with
        {
            UpheldThrough = UpheldThrough ?? through,
        };

    /// <summary>The vehicles are gone or stand right: an answer.</summary>
    public Complaint Resolve(Guid through, string by, string reason, string note, Guid? proof, Moment now) =>
        (
            Id == through
                ? Require(
                    ComplaintState.Resolved,
                    Errors.ComplaintNotUpheld,
                    ComplaintState.Upheld,
                    ComplaintState.Dispatched
                )
                : Require(
                    ComplaintState.Resolved,
                    Errors.ComplaintNotUpheld,
                    ComplaintState.Filed,
                    ComplaintState.Upheld,
                    ComplaintState.Dispatched
                )
        ).Answered(ComplaintState.Resolved, by, reason, note, now) with
        {
            ProofPhotoId = proof,
        };

    /// <summary>The reporter takes it back.</summary>
    public Complaint Withdraw(Moment now) =>
        Require(
                ComplaintState.Withdrawn,
                Errors.ComplaintNotUpheld,
                ComplaintState.Filed,
                ComplaintState.Held,
                ComplaintState.Upheld
            )
            .Changed(now) with
        {
            State = ComplaintState.Withdrawn,
            EndTime = now.Time,
            EndNumber = now.Number,
        };

    /// <summary>The answer did not hold. How often it was answered stays, so that the next answer is another
    /// one.</summary>
    public Complaint Reopen(string note, Moment now)
    {
        var answered = Require(
            ComplaintState.Filed,
            Errors.ComplaintNotAnswered,
            ComplaintState.Resolved,
            ComplaintState.Rejected
        );
        return now.Time < ReopenUntilTime
            ? answered.Changed(now) with
            {
                State = ComplaintState.Filed,
                Flags = Flags.Append(ComplaintFlag.Reopened),
                ReopenNote = note,
                DecisionNote = "",
                DecisionReason = "",
                DecidedBy = "",
                UpheldThrough = null,
                ProofPhotoId = null,
                RemovalId = null,
                PauseStarts = [.. PauseStarts, EndNumber ?? now.Number],
                PauseEnds = [.. PauseEnds, now.Number],
                EndNumber = null,
                EndTime = null,
            }
            : throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.ReopeningTooLate,
                "The answer is a day old or more: file a new complaint."
            );
    }

    /// <summary>
    /// It belongs to another episode. What was decided on a complaint that is not with it there is no longer decided
    /// for this one; a crew that was sent for the others is not on its way for this one.
    /// </summary>
    /// <param name="episode">Where it is now.</param>
    /// <param name="company">The complaints there.</param>
    /// <param name="removal">The open removal there, if any.</param>
    /// <param name="now">The moment.</param>
    public Complaint MoveTo(Guid episode, IReadOnlySet<Guid> company, Guid? removal, Moment now)
    {
        var moved = Changed(now) with { EpisodeId = episode, RemovalId = removal };
        if (State is not (ComplaintState.Upheld or ComplaintState.Dispatched))
        {
            return moved;
        }

        if (UpheldThrough is not { } through || !company.Contains(through))
        {
            return moved with
            {
                State = ComplaintState.Filed,
                DecisionNote = "",
                DecidedBy = "",
                UpheldThrough = null,
                RemovalId = removal,
            };
        }

        return State == ComplaintState.Dispatched && removal is null
            ? moved with
            {
                State = ComplaintState.Upheld,
            }
            : moved;
    }

    /// <summary>A photo was added: while somebody still owes an answer.</summary>
    public Complaint WithPhoto(Moment now) =>
        EndTime is null
            ? Changed(now)
            : throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.AlreadyIn(State, Errors.ComplaintNotUpheld),
                $"The complaint is {State} and takes no photo.",
                ("state", State.ToString())
            );

    /// <summary>A person took it out of its episode; it stands alone from now on.</summary>
    public Complaint Split(string note) => this with { Flags = Flags.Append(ComplaintFlag.Split), SplitNote = note };

    private Complaint Decided(ComplaintState to, string by, string note, Moment now) =>
        Changed(now) with
        {
            State = to,
            DecidedBy = by,
            DecisionNote = note,
        };

    private Complaint Answered(ComplaintState to, string by, string reason, string note, Moment now) =>
        Decided(to, by, note, now) with
        {
            DecisionReason = reason,
            AnswerTime = now.Time,
            AnswerCount = AnswerCount + 1,
            EndTime = now.Time,
            EndNumber = now.Number,
        };

    /// <summary>It changed in a way that its row does not tell of.</summary>
    public Complaint Changed(Moment now) => this with { UpdateTime = now.Time, Revision = Revision + 1 };

    private Complaint Require(ComplaintState to, string otherwise, params ComplaintState[] from) =>
        from.Contains(State)
            ? this
            : throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.AlreadyIn(State, otherwise),
                $"The complaint is {State} and cannot become {to}.",
                ("state", State.ToString()),
                ("wanted", to.ToString())
            );
}

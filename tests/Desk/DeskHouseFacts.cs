using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mobility.Desk;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;
using Mobility.Type.V1;

namespace Mobility.Tests.Desk;

/// <summary>Events as the other services send them.</summary>
internal sealed partial class DeskHouse
{
    /// <summary>A complaint as it was filed, in an episode of its own unless one is named.</summary>
    public ComplaintSnapshot Complaint(string? episode = null) =>
        new()
        {
            Complaint = Name("complaints"),
            Revision = 1,
            Episode = episode ?? Name("episodes"),
            State = ComplaintState.Filed,
            Category = "BLOCKS_ENTRANCE",
            Vehicles = { Name("vehicles") },
            Channel = ComplaintChannel.Web,
            Language = "ko",
            DueTime = (Now + TimeSpan.FromMinutes(90)).ToTimestamp(),
            CreateTime = Now.ToTimestamp(),
            UpdateTime = Now.ToTimestamp(),
        };

    /// <summary>A rider's report that holds the vehicle until a person looks.</summary>
    public FaultSnapshot Fault(Grounding grounding = Grounding.Held) =>
        new()
        {
            Fault = Name("faults"),
            Revision = 1,
            Vehicle = Name("vehicles"),
            Category = "BRAKE_FAILURE",
            Ride = Name("rides"),
            Reporter = Rider,
            State = FaultState.Reported,
            Grounding = grounding,
            OccurTime = Now.ToTimestamp(),
            CreateTime = Now.ToTimestamp(),
        };

    /// <summary>A refund that an agent asked for, of a ride.</summary>
    public RefundSnapshot Refund(RefundState state = RefundState.Approved, string? requestedBy = null) =>
        new()
        {
            Refund = Name("refunds"),
            Revision = 1,
            Payment = Name("payments"),
            Ride = Name("rides"),
            Customer = Rider,
            Action = RefundAction.CardRefund,
            Reason = "RIDE_CUT_SHORT",
            Amount = new Money { CurrencyCode = "KRW", Units = 2_300 },
            State = state,
            RequestedBy = requestedBy ?? Agent,
            UpdateTime = Now.ToTimestamp(),
        };

    /// <summary>A refund that the service itself asked for because a fault was reported.</summary>
    public RefundSnapshot SystemRefund(RefundState state, string fault = "")
    {
        var refund = Refund(state, "system");
        refund.Fault = fault;
        return refund;
    }

    /// <summary>The complaint as it is later.</summary>
    public static ComplaintSnapshot Later(
        ComplaintSnapshot complaint,
        ComplaintState state,
        long revision,
        int answers = 0
    )
    {
        var later = complaint.Clone();
        (later.State, later.Revision, later.AnswerCount) = (state, revision, answers);
        return later;
    }

    /// <summary>The fault as it is later.</summary>
    public static FaultSnapshot Later(FaultSnapshot fault, FaultState state, long revision)
    {
        var later = fault.Clone();
        (later.State, later.Revision) = (state, revision);
        return later;
    }

    /// <summary>The refund as it is later.</summary>
    public static RefundSnapshot Later(RefundSnapshot refund, RefundState state, long revision)
    {
        var later = refund.Clone();
        (later.State, later.Revision) = (state, revision);
        return later;
    }

    /// <summary>Applies an event as its handler does.</summary>
    public Task Apply(IMessage evt) =>
        evt switch
        {
            ComplaintFiled e => Service.Apply(OnComplaintFiled.Handle, e),
            ComplaintUpheld e => Service.Apply(OnComplaintUpheld.Handle, e),
            ComplaintRejected e => Service.Apply(OnComplaintRejected.Handle, e),
            ComplaintDispatched e => Service.Apply(OnComplaintDispatched.Handle, e),
            ComplaintResolved e => Service.Apply(OnComplaintResolved.Handle, e),
            ComplaintWithdrawn e => Service.Apply(OnComplaintWithdrawn.Handle, e),
            ComplaintReopened e => Service.Apply(OnComplaintReopened.Handle, e),
            ComplaintRegrouped e => Service.Apply(OnComplaintRegrouped.Handle, e),
            FaultReported e => Service.Apply(OnFaultReported.Handle, e),
            FaultConfirmed e => Service.Apply(OnFaultConfirmed.Handle, e),
            FaultRejected e => Service.Apply(OnFaultRejected.Handle, e),
            FaultResolved e => Service.Apply(OnFaultResolved.Handle, e),
            RefundAwaitingEvidence e => Service.Apply(OnRefundAwaitingEvidence.Handle, e),
            RefundAwaitingApproval e => Service.Apply(OnRefundAwaitingApproval.Handle, e),
            RefundApproved e => Service.Apply(OnRefundApproved.Handle, e),
            RefundDenied e => Service.Apply(OnRefundDenied.Handle, e),
            RefundDeclined e => Service.Apply(OnRefundDeclined.Handle, e),
            RefundExpired e => Service.Apply(OnRefundExpired.Handle, e),
            RefundWithdrawn e => Service.Apply(OnRefundWithdrawn.Handle, e),
            RefundSettled e => Service.Apply(OnRefundSettled.Handle, e),
            RefundFailed e => Service.Apply(OnRefundFailed.Handle, e),
            RefundReviewNeeded e => Service.Apply(OnRefundReviewNeeded.Handle, e),
            RefundReturned e => Service.Apply(OnRefundReturned.Handle, e),
            RefundClosed e => Service.Apply(OnRefundClosed.Handle, e),
            RefundDueAlerted e => Service.Apply(OnRefundDueAlerted.Handle, e),
            MemberChanged e => Service.Apply(OnMemberChanged.Handle, e),
            _ => throw new ArgumentOutOfRangeException(nameof(evt), evt, "The desk has no use for it."),
        };

    public async Task Apply(params IMessage[] events)
    {
        foreach (var evt in events)
        {
            await Apply(evt);
        }
    }

    /// <summary>Plays the events in every order, each twice at once and all once more at the end; the rows come out the
    /// same each time and are returned.</summary>
    public async Task<IReadOnlyList<string>> InEveryOrder(params IMessage[] events)
    {
        IReadOnlyList<string>? first = null;
        foreach (var order in Refunds.FactOrders.Of(events.Length))
        {
            await Empty();
            foreach (var index in order)
            {
                await Apply(events[index], events[index]);
            }

            await Apply([.. order.Select(index => events[index])]);
            var rows = await Rows();
            first ??= rows;
            Xunit.Assert.Equal(first, rows);
        }

        return first!;
    }

    /// <summary>Cases that anything belongs to, with their parts, and messages; no ids of our own, no times. A case
    /// whose parts have all gone elsewhere is history of the order, and is closed.</summary>
    private Task<IReadOnlyList<string>> Rows() =>
        Service.Rows<string>(
            """
            SELECT concat_ws(' ', 'case', c.matter, c.kind, c.channel, c.state, c.kept_open, c.owner_id, c.handed_over,
                c.rider_id, c.ride_id, c.vehicle_id,
                string_agg(concat_ws(':', p.kind, p.thing_id, p.waits_for), ' ' ORDER BY p.thing_id)) AS line
            FROM cases c JOIN case_parts p ON p.client_id = c.client_id AND p.case_id = c.id
            GROUP BY c.client_id, c.id
            UNION ALL
            SELECT concat_ws(' ', 'told', recipient, subject, kind, template, told_values::text, language, place)
            FROM messages
            UNION ALL
            SELECT 'open and empty ' || id FROM cases c
            WHERE state = 1 AND NOT kept_open AND NOT EXISTS (SELECT 1 FROM case_parts p WHERE p.case_id = c.id)
            ORDER BY line
            """
        );

    private Task<int> Empty() =>
        Service.Db.InTransaction(
            Db.AllClients,
            tx =>
                tx.Execute(
                    """
                    TRUNCATE cases, case_parts, case_log, case_notes, contacts, messages, members,
                        complaint_copies, fault_copies, refund_copies
                    """
                ),
            CancellationToken.None
        );
}

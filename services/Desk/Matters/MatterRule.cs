using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>Where a thing belongs and for whom it waits.</summary>
/// <param name="Matter">The matter, whose one case it joins.</param>
/// <param name="CaseId">The case that it names, which comes first if there is such a one.</param>
/// <param name="WaitsFor">For whom it waits.</param>
public sealed record Placement(string Matter, Guid? CaseId, WaitsFor WaitsFor);

/// <summary>
/// Which matter a thing belongs to and whether it needs the desk: pure functions of what its owner says. One matter has
/// one case, so nobody works on the same thing twice.
/// </summary>
public static class MatterRule
{
    /// <summary>All complaints of an episode are one matter: one removal, one answer to each. A HELD one needs a look
    /// too.</summary>
    public static Placement Of(ComplaintCopy complaint) =>
        new(Episode(complaint.EpisodeId), CaseId: null, WaitsOf(complaint.State));

    /// <summary>A fault is the desk's only when somebody's safety is in question; the others are on the crew's
    /// list.</summary>
    public static Placement? Of(FaultCopy fault) =>
        fault.Endangers ? new(Fault(fault.Id), CaseId: null, WaitsOf(fault.State)) : null;

    /// <summary>
    /// What settled by itself needs nobody; what the machine could not settle does. What a person asked for is always
    /// part of a case: of the one named, else of the complaint's or fault's, else of the ride's.
    /// </summary>
    /// <param name="refund">The refund.</param>
    /// <param name="named">The complaint that it names, once anything was heard of it.</param>
    public static Placement? Of(RefundCopy refund, ComplaintCopy? named) =>
        refund.BySystem && !refund.Troubled ? null : new(MatterOf(refund, named), refund.CaseId, WaitsOf(refund));

    /// <summary>A contact that belongs to no other case is a matter of its own.</summary>
    public static string Contact(Guid id) => $"contact/{id}";

    public static WaitsFor WaitsOf(ComplaintState state) =>
        state is ComplaintState.Resolved or ComplaintState.Rejected or ComplaintState.Withdrawn
            ? WaitsFor.Nobody
            : WaitsFor.ItsService;

    public static WaitsFor WaitsOf(FaultState state) =>
        state is FaultState.Rejected or FaultState.Resolved ? WaitsFor.Nobody : WaitsFor.ItsService;

    /// <summary>
    /// A denial answers at once the person who asked; nobody has seen one that the machine got. What failed, came back
    /// or cannot be found out by machine waits until a person closes it. A state that a later version invents does too.
    /// </summary>
    public static WaitsFor WaitsOf(RefundCopy refund)
    {
        switch (refund.State)
        {
            case RefundState.AwaitingEvidence:
            case RefundState.AwaitingApproval:
            case RefundState.Approved:
            case RefundState.Dispatching:
            case RefundState.PendingAtGateway:
            case RefundState.Unconfirmed:
                return WaitsFor.ItsService;
            case RefundState.Settled:
            case RefundState.Declined:
            // Nobody answered or a stop came, and the law's time runs all the same: then somebody has to look.
            case RefundState.Expired when !refund.Troubled:
            case RefundState.Withdrawn when !refund.Troubled:
            case RefundState.Closed:
            case RefundState.Denied when !refund.BySystem:
                return WaitsFor.Nobody;
            default:
                return refund.ClosedRevision >= refund.Revision ? WaitsFor.Nobody : WaitsFor.APerson;
        }
    }

    private static string MatterOf(RefundCopy refund, ComplaintCopy? named) =>
        refund switch
        {
            // Until the complaint is heard of, its own name stands for its episode.
            { ComplaintId: { } complaint } => named is null ? $"complaint/{complaint}" : Episode(named.EpisodeId),
            { FaultId: { } fault } => Fault(fault),
            { RideId: { } ride } => $"ride/{ride}",
            { PaymentId: { } payment } => $"payment/{payment}",
            { VehicleId: { } vehicle } => $"vehicle/{vehicle}",
            _ => $"refund/{refund.Id}",
        };

    private static string Episode(Guid id) => $"episode/{id}";

    private static string Fault(Guid id) => $"fault/{id}";
}

using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>Reads what events carry; a name of another client, or a missing one, will never be right.</summary>
public static class Snapshots
{
    public static ComplaintCopy Copy(Tx tx, ComplaintSnapshot? sent) =>
        sent is not { } snapshot
            ? throw Missing()
            : new()
            {
                ClientId = tx.ClientId,
                Id = Names.RequiredIdIn(tx, snapshot.Complaint, Names.Complaints),
                EpisodeId = Names.RequiredIdIn(tx, snapshot.Episode, Names.Episodes),
                State = snapshot.State,
                Channel = ChannelOf(snapshot.Channel),
                VehicleId = Names.IdIn(tx, snapshot.Vehicles.FirstOrDefault() ?? "", Names.Vehicles),
                Language = Templates.LanguageOf(snapshot.Language),
                Revision = Revision(snapshot.Revision),
            };

    public static FaultCopy Copy(Tx tx, FaultSnapshot? sent) =>
        sent is not { } snapshot
            ? throw Missing()
            : new()
            {
                ClientId = tx.ClientId,
                Id = Names.RequiredIdIn(tx, snapshot.Fault, Names.Faults),
                State = snapshot.State,
                Endangers = snapshot.Grounding is Grounding.Held or Grounding.Grounded,
                ReporterId = Names.IdIn(tx, snapshot.Reporter, Names.Riders),
                RideId = Names.IdIn(tx, snapshot.Ride, Names.Rides),
                VehicleId = Names.IdIn(tx, snapshot.Vehicle, Names.Vehicles),
                // What a later version calls another language is not known here.
                Language = snapshot.Language is "ko" or "en" ? snapshot.Language : "",
                Revision = Revision(snapshot.Revision),
            };

    public static RefundCopy Copy(Tx tx, RefundSnapshot? sent) =>
        sent is not { } snapshot
            ? throw Missing()
            : new()
            {
                ClientId = tx.ClientId,
                Id = Names.RequiredIdIn(tx, snapshot.Refund, Names.Refunds),
                State = snapshot.State,
                BySystem = string.Equals(snapshot.RequestedBy, Names.System, StringComparison.Ordinal),
                Troubled =
                    snapshot.State
                        is RefundState.Denied
                            or RefundState.Failed
                            or RefundState.UnderReview
                            or RefundState.Returned,
                CaseId = Names.IdIn(tx, snapshot.Case, Names.Cases),
                ComplaintId = Names.IdIn(tx, snapshot.Complaint, Names.Complaints),
                FaultId = Names.IdIn(tx, snapshot.Fault, Names.Faults),
                RideId = Names.IdIn(tx, snapshot.Ride, Names.Rides),
                PaymentId = Names.IdIn(tx, snapshot.Payment, Names.Payments),
                VehicleId = Names.IdIn(tx, snapshot.Vehicle, Names.Vehicles),
                RiderId = Names.IdIn(tx, snapshot.Customer, Names.Riders),
                ToldValues = Told.Json(Telling.Values(snapshot)),
                Revision = Revision(snapshot.Revision),
            };

    private static Refusal Missing() => Names.Invalid("The event carries no snapshot.");

    private static CaseChannel ChannelOf(ComplaintChannel channel) =>
        channel switch
        {
            ComplaintChannel.Web => CaseChannel.Web,
            ComplaintChannel.Phone => CaseChannel.Phone,
            ComplaintChannel.Chat => CaseChannel.Chat,
            ComplaintChannel.City => CaseChannel.City,
            _ => CaseChannel.System,
        };

    private static long Revision(long revision) =>
        revision >= 1 ? revision : throw Names.Invalid("The event carries no revision.");
}

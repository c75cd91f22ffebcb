using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Which act of the back office an action is, on whom, worth what.</summary>
public static class BackOfficeActs
{
    public static BackOfficeOrder Order(RefundRow row, bool repeated)
    {
        var (kind, field, collection, subject) = row.Action switch
        {
            RefundAction.Coupon => ("coupons", "rider", "riders", row.CustomerId),
            RefundAction.RidePass => ("ride-passes", "rider", "riders", row.CustomerId),
            RefundAction.FeeWaiver => ("fee-waivers", "ride", "rides", row.RideId),
            RefundAction.EndRide => ("ride-ends", "ride", "rides", row.RideId),
            RefundAction.LockVehicle => ("vehicle-locks", "vehicle", "vehicles", row.VehicleId),
            _ => throw new InvalidOperationException($"the back office has no act for {row.Action}"),
        };
        return new BackOfficeOrder(
            row.Refund.RefundId,
            kind,
            field,
            new ResourceName(row.Refund.ClientId, collection, subject!.Value).ToString(),
            Actions.HasAmount(row.Action) ? row.Refund.Amount : null,
            repeated
        );
    }
}

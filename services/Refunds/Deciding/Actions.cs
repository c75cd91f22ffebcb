using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What the actions of a refund have and where they go.</summary>
public static class Actions
{
    /// <summary>Does it make good a payment, by an amount? The others end a ride or lock a vehicle.</summary>
    public static bool HasAmount(RefundAction action) =>
        action is not (RefundAction.EndRide or RefundAction.LockVehicle);

    /// <summary>Does the payment gateway do it? All others are done by the operator's back office.</summary>
    public static bool IsCancel(RefundAction action) => action == RefundAction.CardRefund;
}

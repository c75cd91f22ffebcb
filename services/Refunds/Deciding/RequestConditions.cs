using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>The conditions of a decision that stand outside clauses and budgets.</summary>
public static class RequestConditions
{
    /// <summary>
    /// Refunds of a payment that may wait for evidence at a time: one by each of the four actions that make it good.
    /// All are decided when it comes, so more are the same asked for again.
    /// </summary>
    public const int AwaitingEvidenceMax = 4;

    /// <summary>What no delegation could allow.</summary>
    public static IEnumerable<FailedCondition> Intrinsic(RefundFacts facts, ReasonCatalogue catalogue)
    {
        var request = facts.Request;
        foreach (var failed in OfPayment(facts).Concat(OfTarget(facts)))
        {
            yield return failed;
        }
        if (catalogue.Find(request.Reason) is not { } reason)
        {
            yield return new(Codes.ReasonUnknown, "", $"the reason catalogue has no {request.Reason}");
            yield break;
        }
        foreach (var miss in reason.Evidence.Select(kind => ClauseBox.Missing(kind, facts)).OfType<PartMiss>())
        {
            yield return new(miss.Code, "", miss.Message);
        }
    }

    private static IEnumerable<FailedCondition> OfPayment(RefundFacts facts)
    {
        var (request, zone) = (facts.Request, ClientTime.Zone(facts.Zone));
        if (Actions.HasAmount(request.Action) && request.Amount <= 0)
        {
            yield return new(
                Codes.AmountNotPositive,
                "",
                $"{Text.Amount(request.Amount, facts.Currency)} is not above 0"
            );
        }
        if (facts.Payment is not { } payment)
        {
            yield break;
        }
        if (request.Amount > payment.Refundable)
        {
            yield return new(
                Codes.AmountExceedsPayment,
                "",
                $"{Text.Amount(request.Amount, facts.Currency)} is asked for, "
                    + $"{Text.Amount(payment.Refundable, facts.Currency)} "
                    + $"of the payment of {Text.Amount(payment.Amount, facts.Currency)} can still be refunded"
            );
        }
        if (
            Actions.IsCancel(request.Action)
            && ClientTime.RefundableUntil(payment, zone) is { } until
            && facts.Now >= until
        )
        {
            var local = ClientTime.Local(until, zone);
            yield return new(
                Codes.GatewayDeadlinePassed,
                "",
                $"a payment by {Text.Name(payment.Instrument)} could be refunded until "
                    + $"{local:yyyy-MM-dd HH:mm} in {facts.Zone}"
            );
        }
    }

    // Whether what is to be ended or locked is there; without a record of it nobody can say.
    private static IEnumerable<FailedCondition> OfTarget(RefundFacts facts)
    {
        if (facts.Request.Action == RefundAction.EndRide && facts.Ride is null)
        {
            yield return new(Codes.RideRecordMissing, "", "the operator's record of the ride has not arrived");
        }
        if (facts.Request.Action == RefundAction.EndRide && facts.Ride is { Closed: true })
        {
            yield return new(Codes.RideNotRunning, "", "the operator's record shows that the ride has ended");
        }
        if (facts.Request.Action == RefundAction.LockVehicle && facts.Vehicle is null)
        {
            yield return new(Codes.VehicleUnknown, "", "the operator's record of the vehicle has not arrived");
        }
    }

    /// <summary>Whether what lacks evidence may wait for it. The service itself asks once for a ride: what people ask
    /// for keeps nobody from it.</summary>
    public static IEnumerable<FailedCondition> OfWait(RefundFacts facts)
    {
        if (facts is { Requester.Actor: not Actor.System, Payment.Waiting: >= AwaitingEvidenceMax })
        {
            yield return new(
                Codes.AwaitingEvidenceExceeded,
                "",
                $"{Text.Number(facts.Payment.Waiting)} refunds of the payment wait for evidence, "
                    + $"and no more than {Text.Number(AwaitingEvidenceMax)} may at a time"
            );
        }
    }

    /// <summary>Whether the requester and the delegation stand at all.</summary>
    public static IEnumerable<FailedCondition> Standing(Policy? policy, RefundFacts facts, ReasonCatalogue catalogue)
    {
        if (facts.Requester.Actor != Actor.System && facts.Requester.Standing != MemberState.Active)
        {
            yield return facts.Requester.Standing is null
                ? new(Codes.MemberUnknown, "", "the client has no such member")
                : new(Codes.MemberSuspended, "", "the member is suspended");
        }
        // Stands outside the clauses, so no permit of any policy helps against it.
        if (facts.Requester.IsPayer)
        {
            yield return new(Codes.SelfDealing, "", "the one who asks made the payment");
        }
        if (facts.Requester.OwnsCustomer)
        {
            yield return new(Codes.SelfDealing, "", "the customer is an account of the one who asks");
        }
        if (policy is null || facts.Delegation is not { } delegation)
        {
            yield return new(Codes.DelegationMissing, "", "the client has delegated nothing that is in force");
            yield break;
        }
        if (delegation.State != DelegationState.Active)
        {
            yield return delegation.State == DelegationState.Revoked
                ? new(Codes.DelegationRevoked, "", "the delegation is revoked")
                : new(Codes.DelegationSuspended, "", "the delegation is suspended");
        }
        if (facts.Now < delegation.StartTime)
        {
            yield return new(Codes.DelegationNotStarted, "", $"the delegation begins at {delegation.StartTime:u}");
        }
        if (facts.Now >= delegation.ExpireTime)
        {
            yield return new(Codes.DelegationExpired, "", $"the delegation ended at {delegation.ExpireTime:u}");
        }
        if (!catalogue.Serves(policy.Catalogue))
        {
            yield return new(
                Codes.CatalogueUnavailable,
                "",
                $"the delegation pins the reason catalogue {policy.Catalogue}, this service has {catalogue.Version}"
            );
        }
    }
}

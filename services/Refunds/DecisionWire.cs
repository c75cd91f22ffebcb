using Google.Protobuf.WellKnownTypes;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A decision as the protos write it.</summary>
public static class DecisionWire
{
    public static V1.Decision Of(Weighed weighed)
    {
        var (decision, facts, delegation) = (weighed.Decision, weighed.Facts, weighed.Delegation);
        var clientId = weighed.ClientId;
        var wire = new V1.Decision
        {
            Outcome =
                decision.Allowed ? DecisionOutcome.Allowed
                : decision.Admitted ? DecisionOutcome.NeedsApproval
                : decision.NeedsEvidence ? DecisionOutcome.NeedsEvidence
                : DecisionOutcome.Denied,
            Delegation = delegation is null ? "" : DelegationWire.NameOf(clientId, delegation.DelegationId),
            Epoch = delegation?.Epoch ?? 0,
            PolicyHash = delegation?.PolicyHash ?? "",
            Clause = decision.Clause,
            AllowedAmount = decision.AllowedAmount is { } most ? new Money(most, facts.Currency).ToWire() : null,
            CatalogueVersion = ReasonCatalogue.Current.Version,
            DecideTime = facts.Now.ToTimestamp(),
        };
        if (StatutoryClock.DueOf(facts, weighed.Calendar) is { } due)
        {
            wire.DueTime = due.ToTimestamp();
            wire.CalendarVersion = weighed.Calendar.Version;
        }
        wire.FailedConditions.AddRange(
            decision.Failed.Select(failed => new V1.FailedCondition
            {
                Code = failed.Code,
                Rule = failed.Rule,
                Message = failed.Message,
            })
        );
        wire.Balances.AddRange(decision.Balances.Select(left => BudgetTable.Wire(left, facts.Currency)));
        wire.AllowedBy.AddRange(decision.AllowedBy);
        wire.MissingEvidence.AddRange(decision.Missing);
        wire.InsteadActions.AddRange(decision.Instead);
        return wire;
    }
}

using System.Globalization;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A part of a clause that does not hold; Unknown when nobody can say,
/// because a fact has not arrived.</summary>
public readonly record struct PartMiss(string Code, string Message, bool Unknown = false);

/// <summary>Compares the parts of a clause with the facts. Every part is compared,
/// none cuts the others short.</summary>
public static class ClauseBox
{
    /// <summary>Is the clause about this kind of action by this kind of requester at all?</summary>
    public static bool Addresses(Clause clause, RefundFacts facts) =>
        clause.Actions.Contains(facts.Request.Action) && clause.Actors.Contains(facts.Requester.Actor);

    /// <summary>The parts that do not hold: none means that the clause matches entirely.</summary>
    public static IEnumerable<PartMiss> Misses(Clause clause, RefundFacts facts) =>
        Subject(clause, facts).Concat(Amount(clause, facts)).Concat(Time(clause, facts)).Concat(Proof(clause, facts));

    private static IEnumerable<PartMiss> Subject(Clause clause, RefundFacts facts)
    {
        var request = facts.Request;
        if (!clause.Actions.Contains(request.Action))
        {
            yield return new(Codes.NoPermit, $"{Text.Name(request.Action)} is not in the clause");
        }
        if (!clause.Actors.Contains(facts.Requester.Actor))
        {
            yield return new(Codes.NoPermit, $"{Text.Name(facts.Requester.Actor)} is not in the clause");
        }
        if (facts.Requester.Level < clause.MinLevel)
        {
            yield return new(
                Codes.LevelTooLow,
                $"the requester has level {facts.Requester.Level}, the clause asks for {clause.MinLevel}"
            );
        }
        if (!clause.Reasons.IsEmpty && !clause.Reasons.Contains(request.Reason, StringComparer.Ordinal))
        {
            yield return new(Codes.ReasonNotCovered, $"the reason {request.Reason} is not in the clause");
        }
        if (!clause.Instruments.IsEmpty && facts.Payment is null)
        {
            yield return new(Codes.InstrumentNotCovered, "there is no payment, and the clause asks how it was made");
        }
        else if (!clause.Instruments.IsEmpty && !clause.Instruments.Contains(facts.Payment!.Instrument))
        {
            yield return new(
                Codes.InstrumentNotCovered,
                $"the payment was made by {Text.Name(facts.Payment.Instrument)}, which is not in the clause"
            );
        }
        if (!clause.Products.IsEmpty && facts.Product is null)
        {
            yield return new(
                Codes.ProductUnknown,
                "the operator's record of the ride or vehicle has not arrived",
                Unknown: true
            );
        }
        else if (!clause.Products.IsEmpty && !clause.Products.Contains(facts.Product!, StringComparer.Ordinal))
        {
            yield return new(Codes.ProductNotCovered, $"the product {facts.Product} is not in the clause");
        }
    }

    private static IEnumerable<PartMiss> Amount(Clause clause, RefundFacts facts)
    {
        var (onPayment, currency) = (facts.OnPayment, facts.Currency);
        if (clause.MinAmount is { } least && facts.Cumulative < least)
        {
            var whose =
                facts.Cumulative == onPayment ? "the payment"
                : facts.Cumulative == facts.OfCustomer ? "the customer"
                : "the case";
            yield return new(
                Codes.AmountBelowClause,
                $"with this the refunds of {whose} come to {Text.Amount(facts.Cumulative, currency)}, "
                    + $"the clause begins at {Text.Amount(least, currency)}"
            );
        }
        foreach (var miss in Above(clause, facts))
        {
            yield return miss;
        }
        if (
            clause.MaxShareBasisPoints is { } share
            && facts.Payment is not null
            && onPayment > ShareOf(facts.Payment.Amount, share)
        )
        {
            yield return new(
                Codes.ShareAboveClause,
                $"with this the refunds of the payment come to {Text.Amount(onPayment, currency)}, "
                    + $"the clause allows {Percent(share)} of {Text.Amount(facts.Payment.Amount, currency)}"
            );
        }
    }

    /// <summary>Which of the three sums the clause ends below. What a payment comes to its customer does too, so it
    /// alone is named then.</summary>
    private static IEnumerable<PartMiss> Above(Clause clause, RefundFacts facts)
    {
        if (clause.MaxAmount is not { } most)
        {
            yield break;
        }
        if (facts.OnPayment > most)
        {
            yield return new(Codes.AmountAboveClause, Message("the payment", facts.OnPayment));
            yield break;
        }
        if (facts.OfCustomer is { } customer && customer > most)
        {
            yield return new(Codes.CustomerAboveClause, Message("the customer", customer));
        }
        if (facts.InCase is { } inCase && inCase > most)
        {
            yield return new(Codes.CaseAboveClause, Message("the case", inCase));
        }

        string Message(string whose, long sum) =>
            $"with this the refunds of {whose} come to {Text.Amount(sum, facts.Currency)}, "
            + $"the clause ends at {Text.Amount(most, facts.Currency)}: "
            + $"{Text.Amount(Math.Max(0, most - (sum - facts.Request.Amount)), facts.Currency)} is left";
    }

    private static IEnumerable<PartMiss> Time(Clause clause, RefundFacts facts)
    {
        if (clause.MaxRideAgeHours is { } hours)
        {
            if (facts.Ride is null)
            {
                yield return new(
                    Codes.RideAgeUnknown,
                    "the operator's record of the ride has not arrived",
                    Unknown: true
                );
            }
            else if (facts.Now - facts.Ride.StartTime > TimeSpan.FromHours(hours))
            {
                var age = (long)(facts.Now - facts.Ride.StartTime).TotalHours;
                yield return new(Codes.RideTooOld, $"the ride began {age} h ago, the clause allows {hours} h");
            }
        }
        var zone = ClientTime.Zone(facts.Zone);
        if (!clause.Windows.IsEmpty && !clause.Windows.Any(window => ClientTime.Within(window, facts.Now, zone)))
        {
            var local = ClientTime.Local(facts.Now, zone).ToString("ddd HH:mm", CultureInfo.InvariantCulture);
            yield return new(
                Codes.OutsideWindow,
                $"it is {local} in {facts.Zone}, the clause holds on "
                    + string.Join("; ", clause.Windows.Select(w => w.Text))
            );
        }
    }

    private static IEnumerable<PartMiss> Proof(Clause clause, RefundFacts facts) =>
        clause.Evidence.Select(kind => Missing(kind, facts)).OfType<PartMiss>();

    /// <summary>What is missing of a kind of evidence; null when it is there.</summary>
    public static PartMiss? Missing(Evidence kind, RefundFacts facts) =>
        (kind, facts.Ride) switch
        {
            (Evidence.RideRecord or Evidence.RideNeverRan, null) => new(
                Codes.RideRecordMissing,
                "the operator's record of the ride has not arrived",
                Unknown: true
            ),
            (Evidence.RideRecord, _) => null,
            (Evidence.RideNeverRan, { NeverRan: true }) => null,
            (Evidence.RideNeverRan, { Closed: false, DistanceMeters: 0 }) => new(
                Codes.RideRecordOpen,
                "the operator's record shows that the lock opened and that the ride has not ended",
                Unknown: true
            ),
            (Evidence.RideNeverRan, { } ride) => new(
                Codes.RideRecordContradicts,
                "the operator's record shows that the lock opened and that the vehicle moved "
                    + $"{Text.Number(ride.DistanceMeters)} m"
            ),
            (Evidence.FaultReport, _) when facts.Fault.Reported => null,
            (Evidence.FaultReport, _) => new(Codes.FaultReportMissing, "no fault report names the ride"),
            (Evidence.FaultConfirmed, _) when facts.Fault.Confirmed => null,
            (Evidence.FaultConfirmed, _) => new(
                Codes.FaultNotConfirmed,
                "nobody has confirmed a fault that names the ride"
            ),
            _ => new(Codes.RideRecordMissing, $"the kind of evidence {kind} is not known", Unknown: true),
        };

    /// <summary>The kind of evidence that may come and mend the miss; null when none does. A fact that has not arrived
    /// is told by the operator's record, which alone has any that clauses ask for.</summary>
    public static Evidence? MendedBy(string code) =>
        code switch
        {
            Codes.RideRecordMissing or Codes.ProductUnknown or Codes.RideAgeUnknown or Codes.ForbidUndecided =>
                Evidence.RideRecord,
            Codes.RideRecordOpen => Evidence.RideNeverRan,
            Codes.FaultReportMissing => Evidence.FaultReport,
            Codes.FaultNotConfirmed => Evidence.FaultConfirmed,
            _ => null,
        };

    /// <summary>The largest whole number of minor units within the share.</summary>
    public static long ShareOf(long amount, int basisPoints) => (long)((Int128)amount * basisPoints / 10_000);

    private static string Percent(int basisPoints) =>
        (basisPoints / 100m).ToString("0.##", CultureInfo.InvariantCulture) + " %";
}

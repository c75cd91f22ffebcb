using Mobility.Faults.V1;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>Reports a fault. A rider is never turned away for a code that nobody knows.</summary>
public static class CreateFault
{
    public static async Task<V1.Fault> Handle(CreateFaultRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.RequestId(request.RequestId);
        var claim = FaultClaim.Read(request.Fault, client, call, check);
        if (!check.IsClean && client.Id.Length > 0)
        {
            // The ride is looked up all the same, so that its violation is named together with the others.
            await call.Read(client.Id, tx => ReportersRide(tx, claim, check));
        }

        if (!check.IsClean)
        {
            check.Done();
        }

        return await call.Once(
            client.Id,
            request.RequestId,
            request,
            async tx =>
            {
                var ride = await ReportersRide(tx, claim, check);
                check.Done();
                return Replies.Of(
                    await Accept(tx, claim with { Id = call.NewId() }, ride, client, !call.Caller.IsRider)
                );
            }
        );
    }

    /// <summary>One message for a ride of another rider and for none at all: it must not tell which rides
    /// exist.</summary>
    private static async Task<Ride?> ReportersRide(Tx tx, Fault claim, Check check)
    {
        if (claim.RideId is not { } id)
        {
            return null;
        }

        var ride = await RideTable.Find(tx, id);
        var own = ride is not null && ride.RiderId == claim.ReporterId;
        check.That(own, "fault.ride", "must be a ride of the reporter, who must be named");
        return own ? ride : null;
    }

    private static async Task<Fault> Accept(Tx tx, Fault claim, Ride? ride, ClientProfile client, bool staffWord)
    {
        if (!staffWord)
        {
            await OneReportAtATime(tx, claim.ReporterId!.Value);
        }

        var vehicle = await VehicleTable.FindByCodeForUpdate(tx, Vehicle.CanonicalCode(claim.PrintedCode));
        var verdict = GroundingRule.Decide(await Facts(tx, claim, vehicle, client.Zone, staffWord));
        var fault = claim with
        {
            VehicleId = vehicle?.Id,
            Grounding = verdict.Grounding,
            GroundingReason = verdict.Reason,
            Flags = Flags(claim, vehicle, ride, verdict, tx.Now),
            CreateTime = tx.Now,
            UpdateTime = tx.Now,
        };
        await FaultTable.Insert(tx, fault);
        tx.Publish(new FaultReported { Fault = Events.Snapshot(fault) }, fault.Name);
        if (fault.GroundsVehicle)
        {
            await VehicleTable.FollowFaults(tx, vehicle!.Id);
        }

        return fault;
    }

    /// <summary>
    /// Reports of one rider wait for each other, or several at once on several vehicles would each see the day's limit
    /// unused. Taken before the lock on the vehicle, always in this order, so nobody waits in a circle.
    /// </summary>
    private static Task<int> OneReportAtATime(Tx tx, Guid rider) =>
        tx.Execute(
            """
            SELECT pg_advisory_xact_lock(hashtextextended(@Rider, 0))
            """,
            new { Rider = Names.Rider(tx.ClientId, rider) }
        );

    private static async Task<GroundingFacts> Facts(
        Tx tx,
        Fault claim,
        Vehicle? vehicle,
        TimeZoneInfo zone,
        bool staffWord
    )
    {
        var facts = new GroundingFacts
        {
            SafetyCritical = claim.SafetyCritical,
            VehicleKnown = vehicle is not null,
            StaffWord = staffWord,
            ReporterId = claim.ReporterId,
            Now = tx.Now,
            Zone = zone,
        };
        return claim is { SafetyCritical: true, ReporterId: { } reporter } && vehicle is not null && !staffWord
            ? facts with
            {
                Rides = await RideTable.Latest(tx, reporter, vehicle.Id),
                EarlierReports = await FaultTable.LatestByAnother(tx, reporter, vehicle.Id),
                ImmediateGroundings = await FaultTable.ImmediateGroundings(tx, reporter),
            }
            : facts;
    }

    private static IEnumerable<FaultFlag> Flags(
        Fault claim,
        Vehicle? vehicle,
        Ride? ride,
        GroundingVerdict verdict,
        DateTimeOffset now
    )
    {
        if (vehicle is null)
        {
            yield return FaultFlag.UnknownVehicleCode;
        }

        if (claim.OccurTime < now - Limits.ReportAge)
        {
            yield return FaultFlag.OccurredLongAgo;
        }

        if (ride is not null && vehicle is not null && ride.VehicleId != vehicle.Id)
        {
            yield return FaultFlag.RideOnAnotherVehicle;
        }

        if (verdict.LimitReached)
        {
            yield return FaultFlag.GroundingsExhausted;
        }
    }
}

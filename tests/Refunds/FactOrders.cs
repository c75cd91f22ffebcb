using Mobility.Faults.V1;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>A ride, its payment, its vehicle and a report of its payer, brought in any order, each twice.</summary>
internal sealed class FactOrders(RefundsHouse house)
{
    public string Ride { get; } = NewRide();
    public long Meters { get; init; }

    /// <summary>Every order of the numbers 0 to count - 1.</summary>
    public static IEnumerable<int[]> Of(int count) =>
        count == 0
            ?
            [
                [],
            ]
            : Of(count - 1)
                .SelectMany(order =>
                    Enumerable.Range(0, count).Select(at => (int[])[.. order[..at], count - 1, .. order[at..]])
                );

    /// <summary>The facts in that order, each at once again, and all once more at the end.</summary>
    public async Task Bring(IReadOnlyList<int> order)
    {
        var facts = Facts();
        foreach (var index in order)
        {
            await facts[index]();
            await facts[index]();
        }
        foreach (var index in order)
        {
            await facts[index]();
        }
    }

    public Func<Task>[] Facts()
    {
        var record = house.RideOf(Ride, Meters);
        var fault = house.FaultOn(Ride);
        var payment = house.Recording(3_000, Ride);
        var vehicle = new VehicleChanged
        {
            Vehicle = record.Vehicle,
            Revision = 2,
            Product = "scooter",
            State = VehicleState.Grounded,
            PrintedCode = "GN-0007",
        };
        return
        [
            () => house.Deliver(record),
            () => house.Deliver(fault),
            async () =>
            {
                payment.RequestId = NewId();
                await house.Gateway.Capture(payment.Payment.GatewayPaymentKey, 3_000);
                await house.Rpc.RecordPaymentAsync(payment, house.AsOperator);
            },
            () => house.Service.Apply(OnVehicleChanged.Handle, vehicle),
        ];
    }

    /// <summary>The rows of the ride without ids and times.</summary>
    public async Task<string> Rows()
    {
        var refund = Assert.Single(await house.Refunds(Ride));
        if (refund.State != RefundState.Denied)
        {
            await house.Until(refund.Name, RefundState.Settled, TimeSpan.FromMilliseconds(10));
        }
        var rows = await house.Rows<string>(
            """
            SELECT concat_ws(' ', r.state, r.actor, r.amount, r.reason, r.requested_by,
                r.decision::jsonb->'failedConditions', r.decision::jsonb->'clause', jsonb_array_length(r.debits::jsonb),
                p.settled, p.held, p.amount, f.state, f.confirmed, f.revision, c.distance_meters, c.revision,
                v.state, v.revision, (SELECT count(*) FROM ledger_entry l WHERE l.refund_id = r.refund_id))
            FROM refund r JOIN payment p USING (client_id, payment_id) JOIN fault_copy f ON f.ride_id = r.ride_id
                JOIN ride_copy c ON c.ride_id = r.ride_id JOIN vehicle_copy v ON v.vehicle_id = c.vehicle_id
            WHERE r.ride_id = @ride
            """,
            new { ride = Guid.Parse(Ride.Split('/')[^1]) }
        );
        return Assert.Single(rows);
    }
}

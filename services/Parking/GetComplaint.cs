using Google.Protobuf.WellKnownTypes;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Type.V1;

namespace Mobility.Parking;

/// <summary>Returns one complaint to staff, with the vehicles that it may be about while none is known.</summary>
public static class GetComplaint
{
    public static Task<V1.Complaint> Handle(GetComplaintRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", Names.Complaints);
        check.Done();
        return call.Read(
            name.ClientId,
            async tx =>
            {
                var complaint = await ComplaintTable.Get(tx, name);
                var reply = await Replies.Of(tx, complaint);
                if (complaint.VehicleIds.Length == 0)
                {
                    reply.Candidates.AddRange(await Near(tx, complaint));
                }

                return reply;
            }
        );
    }

    private static async Task<IEnumerable<CandidateVehicle>> Near(Tx tx, Complaint complaint) =>
        (
            await Candidates.Near(
                tx,
                complaint.Latitude,
                complaint.Longitude,
                complaint.AccuracyMeters,
                complaint.OccurTime
            )
        ).Select(near => new CandidateVehicle
        {
            PrintedCode = near.PrintedCode,
            DistanceMeters = near.DistanceMeters,
            LastMoveTime = near.LastMoveTime?.ToTimestamp(),
            Point = new LatLng { Latitude = near.Latitude, Longitude = near.Longitude },
            Vehicle = Names.Of(tx.ClientId, Names.Vehicles, near.VehicleId),
        });
}

using Google.Protobuf.WellKnownTypes;
using Mobility.Parking.V1;

namespace Mobility.Parking;

/// <summary>What this service tells the others: fields chosen one by one, no text in anybody's words, no contact and no
/// place where a person was.</summary>
internal static class ComplaintEvents
{
    public static ComplaintSnapshot Snapshot(Complaint complaint) =>
        new()
        {
            Complaint = complaint.Name,
            Revision = complaint.Revision,
            Episode = Names.Of(complaint.ClientId, Names.Episodes, complaint.EpisodeId),
            State = complaint.State,
            Category = complaint.Category,
            Vehicles = { complaint.VehicleIds.Select(id => Names.Of(complaint.ClientId, Names.Vehicles, id)) },
            Channel = complaint.Channel,
            FiledBy = complaint.FiledBy,
            DongCode = complaint.DongCode,
            DueTime = complaint.DueTime?.ToTimestamp(),
            Removal = Names.Of(complaint.ClientId, Names.Removals, complaint.RemovalId),
            DecisionReason = complaint.DecisionReason,
            AnswerCount = complaint.AnswerCount,
            Language = complaint.Language,
            CreateTime = complaint.CreateTime.ToTimestamp(),
            UpdateTime = complaint.UpdateTime.ToTimestamp(),
        };
}

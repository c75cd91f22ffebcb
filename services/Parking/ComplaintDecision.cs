using Google.Protobuf;
using Mobility.Parking.Episodes;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>What a person decides about a complaint: the frame that all decisions share.</summary>
internal sealed record ComplaintDecision(string Name, string Etag, string Note, string RequestId, IMessage Request)
{
    /// <summary>Characters that the note must have at least.</summary>
    public int NoteMin { get; init; }

    /// <summary>Reads what only this decision has.</summary>
    public Action<Check> Read { get; init; } = _ => { };

    /// <summary>Takes the decision once, on the complaint as it is while no other changes.</summary>
    public Task<V1.Complaint> Take(Call call, Func<Tx, Complaint, Moment, Task<Complaint>> decide)
    {
        var check = new Check(call);
        var name = check.Name(Name, "name", Names.Complaints);
        check.Text(Note, "note", NoteMin, Limits.TextLength);
        check.RequestId(RequestId);
        Read(check);
        check.Done();
        return ComplaintOnce.Run(
            call,
            name.ClientId,
            RequestId,
            Request,
            async tx =>
            {
                var now = await EpisodeFlow.Lock(tx);
                return await decide(tx, await ComplaintTable.Get(tx, name, Etag), now);
            }
        );
    }

    /// <summary>Writes a complaint as it is after a change and tells of it; its contact is kept as long as it needs
    /// to be.</summary>
    public static async Task<Complaint> Save(Tx tx, Complaint after, Func<ComplaintSnapshot, IMessage> tell)
    {
        await ComplaintTable.Save(tx, after);
        await ContactTable.Follow(tx, after);
        tx.Publish(tell(ComplaintEvents.Snapshot(after)), after.Name);
        return after;
    }

    /// <summary>Moves the complaint, which may refuse, and with it those others of its episode whom it
    /// concerns.</summary>
    public static async Task<Complaint> SaveAll(
        Tx tx,
        Complaint complaint,
        Func<Complaint, bool> concerns,
        Func<Complaint, Complaint> move,
        Func<ComplaintSnapshot, IMessage> tell
    )
    {
        var after = await Save(tx, move(complaint), tell);
        foreach (var other in await ComplaintTable.OfEpisode(tx, complaint.EpisodeId))
        {
            if (other.Id != complaint.Id && concerns(other))
            {
                await Save(tx, move(other), tell);
            }
        }

        return after;
    }
}

using Google.Protobuf;
using Mobility.Faults.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>What a person decides about a fault: the frame that confirming, rejecting and resolving share.</summary>
internal sealed record FaultDecision(string Name, string Etag, string Note, string RequestId, IMessage Request)
{
    /// <summary>Characters that the note must have at least.</summary>
    public int NoteMin { get; init; }

    /// <summary>Moves the fault, lets its vehicle follow and tells of it, once.</summary>
    /// <param name="call">Who decides, and when.</param>
    /// <param name="move">The transition of the fault as it is under lock.</param>
    /// <param name="tell">The event that carries the fault as it is after it.</param>
    public Task<V1.Fault> Take(Call call, Func<Fault, DateTimeOffset, Fault> move, Func<FaultSnapshot, IMessage> tell)
    {
        var check = new Check(call);
        var name = check.Name(Name, "name", Names.Faults);
        check.Text(Note, "note", NoteMin, Limits.TextLength);
        check.RequestId(RequestId);
        check.Done();
        return call.Once(
            name.ClientId,
            RequestId,
            Request,
            async tx =>
            {
                var after = move(await FaultTable.GetForUpdate(tx, name, Etag), tx.Now);
                await FaultTable.Save(tx, after);
                tx.Publish(tell(Events.Snapshot(after)), after.Name);
                return Replies.Of(after);
            }
        );
    }
}

using Google.Protobuf;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>An event on its way.</summary>
internal sealed record Message(Guid Id, IMessage Event);

/// <summary>Between who tells and Refunds: loses until it is healed, gives again, holds back and overtakes, by the
/// draws of a history.</summary>
internal sealed class FaultyBroker(Random random)
{
    private readonly List<Message> waiting = [];
    private readonly List<Message> lost = [];
    private readonly List<Message> all = [];

    /// <summary>Every event that was ever told.</summary>
    public IReadOnlyList<Message> All => all;

    public void Publish(Guid id, IMessage evt)
    {
        var message = new Message(id, evt);
        all.Add(message);
        (random.Next(5) == 0 ? lost : waiting).Add(message);
    }

    /// <summary>One that waits, whichever; it may come again. Null when none waits.</summary>
    public Message? Next()
    {
        if (waiting.Count == 0)
        {
            return null;
        }
        var message = waiting[random.Next(waiting.Count)];
        if (random.Next(4) > 0)
        {
            waiting.Remove(message);
        }
        return message;
    }

    /// <summary>What was lost is asked for again, as a subscriber does that sees a hole in the numbers.</summary>
    public void Heal()
    {
        waiting.AddRange(lost);
        lost.Clear();
    }
}

using Mobility.Sidecar.Events;
using RabbitMQ.Client;

namespace Mobility.Sidecar.Broker;

/// <summary>What the broker is told of a message that nobody took.</summary>
/// <param name="Requeue">False: it goes to the dead letter exchange of its queue, or nowhere.</param>
/// <param name="Words">Where it is then, for the log.</param>
public readonly record struct RabbitRejection(bool Requeue, string Words);

/// <summary>
/// An unanswered delivery. An answer is for the channel that brought it: when that is gone, the broker has taken the
/// message back and delivers it again.
/// </summary>
public sealed class RabbitTaken(
    Message message,
    string? unreadable,
    IChannel channel,
    ulong deliveryTag,
    RabbitRejection rejection,
    ILogger logger
) : Taken(message, unreadable)
{
    public override Task Accept() => Answer(() => channel.BasicAckAsync(deliveryTag, multiple: false));

    public override async Task<string> Reject()
    {
        await Answer(() => channel.BasicNackAsync(deliveryTag, multiple: false, rejection.Requeue));
        return rejection.Words;
    }

    public override async Task<bool> GiveBack()
    {
        await Answer(() => channel.BasicNackAsync(deliveryTag, multiple: false, requeue: true));
        return true;
    }

    private async Task Answer(Func<ValueTask> answer)
    {
        try
        {
            await answer();
        }
        catch (Exception error) when (RabbitErrors.Are(error))
        {
            Log.AnswerTooLate(logger, Message.Id);
        }
    }
}

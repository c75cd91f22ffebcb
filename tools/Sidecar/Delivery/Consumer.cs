using Mobility.Sidecar.Broker;
using Mobility.Sidecar.Events;
using Mobility.Sidecar.Resources;

namespace Mobility.Sidecar.Delivery;

/// <summary>Delivers the messages of one subscription, one at a time and in order; while one is retried the others
/// wait.</summary>
public sealed class Consumer(
    Subscription subscription,
    SubscriptionQueue queue,
    InboundPolicy policy,
    AppChannel channel,
    AppGate gate,
    InMemoryBroker broker,
    TestFaults faults,
    TimeProvider clock,
    ILogger logger
)
{
    private static readonly TimeSpan DeadLetterRetry = TimeSpan.FromSeconds(1);

    /// <summary>Runs until <paramref name="stopping"/>; a delivery in flight then ends by itself, or by
    /// <paramref name="abort"/>.</summary>
    public async Task Run(CancellationToken stopping, CancellationToken abort)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                if (!faults.HoldsMessage)
                    await queue.WaitForMessage(stopping);
                await gate.WaitUntilOpen(stopping);
                Message message = await faults.Take(queue, stopping);
                if (faults.Drops())
                {
                    Log.DroppedByTestFault(logger, message.Id, subscription.Topic);
                    continue;
                }
                await Settle(message, stopping, abort);
                if (faults.Twice)
                    await Settle(message, stopping, abort);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Log.SubscriptionStopped(logger, subscription.Topic, queue.Count);
        }
    }

    private async Task Settle(Message message, CancellationToken stopping, CancellationToken abort)
    {
        if (Route(message) is not { } path)
        {
            await DeadLetter(message, "no route", stopping);
            return;
        }
        long begun = clock.GetTimestamp();
        for (int failures = 1; ; failures++)
        {
            await faults.Delay(stopping);
            Verdict verdict = await channel.Deliver(subscription.PubSub, path, message, policy.Timeout, abort);
            if (verdict.Kind == VerdictKind.Accepted)
                return;
            if (verdict.Kind == VerdictKind.Dropped)
            {
                await DeadLetter(message, verdict.Reason, stopping);
                return;
            }
            Log.DeliveryFailed(logger, message.Id, subscription.Topic, path, failures, verdict.Reason);
            stopping.ThrowIfCancellationRequested();
            if (!gate.IsOpen)
            {
                // The application is down rather than the message bad: it keeps its place and all its tries.
                await gate.WaitUntilOpen(stopping);
                failures = 0;
                begun = clock.GetTimestamp();
                continue;
            }
            if (NextTry(verdict, failures, clock.GetElapsedTime(begun)) is not { } wait)
            {
                await DeadLetter(message, verdict.Reason, stopping);
                return;
            }
            await Task.Delay(wait, clock, stopping);
        }
    }

#pragma warning disable CA5394 // Jitter of a waiting time needs no secret randomness.
    private TimeSpan? NextTry(Verdict verdict, int failures, TimeSpan elapsed) =>
        policy.Retry is { } retry && (verdict.StatusCode is not { } code || retry.Matching.Matches(code))
            ? retry.Next(failures, elapsed, Random.Shared.NextDouble())
            : null;
#pragma warning restore CA5394

    private string? Route(Message message) =>
        subscription.Routes.FirstOrDefault(rule => rule.EventType is null || rule.EventType == message.Type)?.Path;

    private async Task DeadLetter(Message message, string reason, CancellationToken stopping)
    {
        if (subscription.DeadLetterTopic.Length == 0)
        {
            Log.Lost(logger, message.Id, subscription.Topic, reason);
            return;
        }
        Log.DeadLettered(logger, message.Id, subscription.Topic, subscription.DeadLetterTopic, reason);
        while (!await broker.Publish(subscription.PubSub, subscription.DeadLetterTopic, message, stopping))
        {
            Log.DeadLetterWaits(logger, message.Id, subscription.DeadLetterTopic);
            await Task.Delay(DeadLetterRetry, clock, stopping);
        }
    }
}

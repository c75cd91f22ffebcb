using Mobility.Sidecar.Broker;
using Mobility.Sidecar.Events;
using Mobility.Sidecar.Options;
using Mobility.Sidecar.Resources;

namespace Mobility.Sidecar.Delivery;

/// <summary>Delivers the messages of one subscription: as many at a time as its source says, in memory one and in
/// order, so that while one is retried the others wait.</summary>
public sealed class Consumer(
    Subscription subscription,
    IMessageSource source,
    InboundPolicy policy,
    AppChannel channel,
    AppGate gate,
    IBroker broker,
    TestFaultOptions testFaults,
    TimeProvider clock,
    ILogger logger
)
{
    private static readonly TimeSpan DeadLetterRetry = TimeSpan.FromSeconds(1);

    /// <summary>Its tasks, which run until <paramref name="stopping"/>; deliveries in flight then end by themselves, or
    /// by <paramref name="abort"/>.</summary>
    public IReadOnlyList<Task> Start(CancellationToken stopping, CancellationToken abort) =>
        [
            Feed(stopping),
            .. Enumerable
                .Range(0, source.Workers)
                .Select(i =>
                    Work(new TestFaults(testFaults with { Seed = testFaults.Seed + i }, clock), stopping, abort)
                ),
        ];

    private async Task Feed(CancellationToken stopping)
    {
        await source.Run(gate, stopping);
        Log.SubscriptionStopped(logger, subscription.Topic, source.Waiting);
    }

    private async Task Work(TestFaults faults, CancellationToken stopping, CancellationToken abort)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                if (!faults.HoldsMessage)
                    await source.WaitForMessage(stopping);
                await gate.WaitUntilOpen(stopping);
                if (await faults.Take(source, stopping) is not { } taken)
                    continue;
                if (faults.Drops())
                {
                    Log.DroppedByTestFault(logger, taken.Message.Id, subscription.Topic);
                    await taken.Accept();
                    continue;
                }
                await Settle(taken, faults, stopping, abort);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is in no worker's hands stays where it is.
        }
    }

    private async Task Settle(Taken taken, TestFaults faults, CancellationToken stopping, CancellationToken abort)
    {
        if (await Deliver(taken, faults, stopping, abort) is not { } verdict)
            return;
        if (verdict.Kind == VerdictKind.Accepted && faults.Twice)
            await Deliver(taken, faults, stopping, abort);
        if (verdict.Kind != VerdictKind.Accepted)
        {
            if (subscription.DeadLetterTopic.Length > 0)
                await DeadLetter(taken.Message, verdict.Reason, stopping);
            else if (verdict.Kind == VerdictKind.Failed)
            {
                string outcome = await taken.Reject();
                Log.Lost(logger, outcome, taken.Message.Id, subscription.Topic, verdict.Reason);
                return;
            }
            else
                Log.Lost(logger, "gone", taken.Message.Id, subscription.Topic, verdict.Reason);
        }
        await taken.Accept();
    }

    /// <summary>Tries until the application or the policy has spoken; null when the message went back to the
    /// broker.</summary>
    private async Task<Verdict?> Deliver(
        Taken taken,
        TestFaults faults,
        CancellationToken stopping,
        CancellationToken abort
    )
    {
        Message message = taken.Message;
        if (taken.Unreadable is { } why)
            return Verdict.Broken(why);
        if (Route(message) is not { } path)
            return new Verdict(VerdictKind.Dropped, null, "no route");
        long begun = clock.GetTimestamp();
        for (int failures = 1; ; failures++)
        {
            await faults.Delay(stopping);
            Verdict verdict = await channel.Deliver(subscription.PubSub, path, message, policy.Timeout, abort);
            if (verdict.Kind != VerdictKind.Failed)
                return verdict;
            Log.DeliveryFailed(logger, message.Id, subscription.Topic, path, failures, verdict.Reason);
            stopping.ThrowIfCancellationRequested();
            if (!gate.IsOpen)
            {
                // The application is down rather than the message bad: it keeps all its tries.
                if (await taken.GiveBack())
                    return null;
                await gate.WaitUntilOpen(stopping);
                failures = 0;
                begun = clock.GetTimestamp();
                continue;
            }
            if (NextTry(verdict, failures, clock.GetElapsedTime(begun)) is not { } wait)
                return verdict;
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
        Log.DeadLettered(logger, message.Id, subscription.Topic, subscription.DeadLetterTopic, reason);
        while (await broker.Publish(subscription.DeadLetterTopic, message, stopping) is { } problem)
        {
            Log.DeadLetterWaits(logger, message.Id, subscription.DeadLetterTopic, problem);
            await Task.Delay(DeadLetterRetry, clock, stopping);
        }
    }
}

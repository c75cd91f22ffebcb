using System.Text.Json;
using Grpc.Core;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Web.Webhooks;

/// <summary>
/// Takes nothing but the payment's key out of a webhook and tells Refunds, which asks the gateway itself. One that
/// names no payment is kept and ignored; one that Refunds does not answer waits.
/// </summary>
public sealed class TellOfWebhooks
{
    public const string Job = "webhooks";
    public const string CleanUp = "webhooks-old";

    /// <summary>Longest wait between two looks; a new webhook wakes the job.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>A gateway's own records go back as far, for who compares them.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>However many come in that time, no more are kept: 6 GiB at worst, 100 MiB as gateways send
    /// them.</summary>
    private const int KeptMax = 100_000;

    /// <summary>Told one after the other: each takes a millisecond, and the patience of a call at worst.</summary>
    private const int AtOnce = 10;

    /// <summary>Nobody else tells of the same webhooks meanwhile: longer than all of them take.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>By then the refund job has asked by itself many times.</summary>
    private const int AttemptsMax = 20;

    /// <summary>A payment's key is text in an object in an object; deeper nesting is nobody's webhook.</summary>
    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 32 };

    /// <summary>Whom it tells; set before the jobs start.</summary>
    public RefundsService.RefundsServiceClient? Refunds { get; set; }

    /// <summary>Tells of all that is due.</summary>
    public async Task Run(JobContext job)
    {
        IReadOnlyList<WaitingWebhook> due;
        do
        {
            due = await job.Db.InTransaction(Db.AllClients, tx => WebhookTable.Take(tx, AtOnce, Lease), job.Token);
            foreach (var webhook in due)
            {
                var (state, wait) = await Tell(webhook, job);
                await job.Db.InTransaction(
                    Db.AllClients,
                    tx => WebhookTable.End(tx, webhook, state, wait is { } delay ? tx.Now + delay : null),
                    job.Token
                );
            }
        } while (due.Count == AtOnce && !job.Token.IsCancellationRequested);
    }

    /// <summary>Deletes what nobody needs any more.</summary>
    public static Task RemoveOld(JobContext job) =>
        job.Db.InTransaction(Db.AllClients, tx => WebhookTable.DeleteOld(tx, tx.Now - KeptFor, KeptMax), job.Token);

    /// <summary>The key of the payment that a webhook of Toss is about; null when it names none.</summary>
    private static string? PaymentKey(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, Shallow);
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("data", out var data)
                && data.ValueKind == JsonValueKind.Object
                && data.TryGetProperty("paymentKey", out var key)
                && key.ValueKind == JsonValueKind.String
                ? key.GetString()
                : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Half of a surrogate pair is a JSON string but no text.
            return null;
        }
    }

    private async Task<(string State, TimeSpan? Wait)> Tell(WaitingWebhook webhook, JobContext job)
    {
        if (PaymentKey(webhook.Body) is not { } key)
        {
            return (WebhookTable.Ignored, null);
        }
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + Backends.Patience;
        try
        {
            await Refunds!.RereadPaymentAsync(
                new RereadPaymentRequest { Gateway = webhook.Gateway, GatewayPaymentKey = key },
                new CallOptions(deadline: deadline, cancellationToken: job.Token)
            );
            return (WebhookTable.Told, null);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.InvalidArgument)
        {
            return (WebhookTable.Ignored, null);
        }
        catch (RpcException)
        {
            // Also what failed for another reason while the process stops is no failure of the job.
            job.Token.ThrowIfCancellationRequested();
            return webhook.AttemptCount >= AttemptsMax
                ? (WebhookTable.GivenUp, null)
                : (WebhookTable.Waiting, Delay(webhook.AttemptCount));
        }
    }

    /// <summary>1 s, 2 s, 4 s … 5 min.</summary>
    private static TimeSpan Delay(int attempts) =>
        TimeSpan.FromSeconds(Math.Min(300, 1 << Math.Clamp(attempts - 1, 0, 9)));
}

using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mobility.PaymentGateway;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>
/// The simulator's books behind a wire that loses, delays and garbles by the draws of a history. One history at a time,
/// one request at a time, so that the draws come in one order.
/// </summary>
internal sealed partial class FaultyGateway : IAsyncDisposable
{
    /// <summary>How late a cancel shows in a query at most: less than the minute that the service grants it.</summary>
    private const int LagSecondsMax = 50;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly StillClock clock;
    private readonly WebApplication app;
    private readonly Dictionary<string, DateTimeOffset> hiddenUntil = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> bodies = new(StringComparer.Ordinal);
    private readonly List<(DateTimeOffset At, CancelAttempt Attempt)> late = [];
    private readonly List<(DateTimeOffset At, string PaymentKey, bool Fails)> taken = [];
    private GatewayBooks books;
    private Random random = new(0);

    private FaultyGateway(StillClock clock)
    {
        this.clock = clock;
        books = GatewayBooks.InMemory(clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(Serve);
    }

    public Uri Url => new(app.Urls.Single());

    /// <summary>No faults from now on.</summary>
    public bool IsHealthy { get; set; }

    /// <summary>Until then nobody is reached.</summary>
    public DateTimeOffset AwayUntil { get; set; }

    /// <summary>The process whose next order arrives dies before it reads the reply.</summary>
    public CancellationTokenSource? Death { get; set; }

    /// <summary>Orders whose bytes differed from those sent under the same key before.</summary>
    public int ChangedBodies { get; private set; }

    /// <summary>Keys of orders that were told it is refused for good.</summary>
    public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

    public static async Task<FaultyGateway> Start(StillClock clock)
    {
        var gateway = new FaultyGateway(clock);
        await gateway.app.StartAsync();
        return gateway;
    }

    /// <summary>Empty books, and the draws of another history.</summary>
    public void Begin(int seed)
    {
        books.Dispose();
        books = GatewayBooks.InMemory(clock);
        random = new Random(seed);
        hiddenUntil.Clear();
        bodies.Clear();
        Refused.Clear();
        late.Clear();
        taken.Clear();
        (IsHealthy, AwayUntil, Death, ChangedBodies) = (false, default, null, 0);
    }

    public void Capture(string paymentKey, long won) =>
        books.Payments.Capture(paymentKey, $"order-{paymentKey}", won, "카드");

    /// <summary>A person cancels in the merchant's own console.</summary>
    public async Task<string> CancelInConsole(string paymentKey, long won)
    {
        const string reason = "고객 요청";
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(
            JsonSerializer.SerializeToUtf8Bytes(new { cancelReason = reason, cancelAmount = won })
        );
        var body = (await RequestBody.Read(context))!;
        var attempt = new CancelAttempt(paymentKey, null, "console", body, reason, won, null);
        return CodeOf(Enter(attempt, () => Done(attempt)));
    }

    /// <summary>The payment's last cancel that stands comes to nothing.</summary>
    public string Return(string paymentKey) => CodeOf(books.Payments.Return(paymentKey, null));

    /// <summary>Does what was late and has arrived by now.</summary>
    public void Arrive()
    {
        foreach (var (at, attempt) in late.Where(one => IsHealthy || one.At <= clock.Now).ToList())
        {
            late.Remove((at, attempt));
            Enter(attempt, () => Done(attempt));
        }
        foreach (var one in taken.Where(one => IsHealthy || one.At <= clock.Now).ToList())
        {
            taken.Remove(one);
            var underWay = Cancels.LastOrDefault(cancel =>
                cancel.PaymentKey == one.PaymentKey && cancel.CancelStatus == "IN_PROGRESS"
            );
            // It may have come to nothing before.
            if (underWay is not null)
            {
                _ = one.Fails
                    ? books.Payments.Return(one.PaymentKey, underWay.TransactionKey)
                    : books.Payments.Complete(one.PaymentKey);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        books.Dispose();
    }

    private Task Serve(HttpContext context)
    {
        Arrive();
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (context.Request.Method, path) switch
        {
            ("POST", ["v1", "payments", var key, "cancel"]) => Cancel(context, key),
            ("POST", ["back-office", var kind]) => Act(context, kind),
            _ when Fails() => new Reply(503, "away").Send(context),
            (_, ["v1", "payments", var key]) => books.Payments.Query(key, IsHidden(key)).Send(context),
            (_, ["v1", "transactions"]) => SimulatorEndpoints.Transactions(context, books),
            (_, ["back-office", var kind, var key]) => books.BackOffice.Query(kind, key).Send(context),
            _ => Reply.Refuse("NOT_FOUND").Send(context),
        };
    }

    private async Task Cancel(HttpContext context, string paymentKey)
    {
        IdempotencyKey.TryRead(context, out var key);
        var attempt = CancelAttempt.From(context, paymentKey, key, (await RequestBody.Read(context))!);
        Remember(key!, attempt.Body);
        var fault = Draw();
        if (fault == OrderFault.RequestLate)
        {
            late.Add((clock.Now.AddSeconds(random.Next(1, LagSecondsMax)), attempt));
        }
        var reply = fault is OrderFault.RequestLost or OrderFault.RequestLate
            ? null
            : Enter(attempt, () => Answer(attempt, fault));
        await Send(context, key!, fault == OrderFault.ReplyLost ? null : reply);
    }

    private async Task Act(HttpContext context, string kind)
    {
        IdempotencyKey.TryRead(context, out var key);
        var body = (await RequestBody.Read(context))!;
        Remember($"{kind} {key}", body);
        var fault = Draw();
        var reply = fault is OrderFault.RequestLost ? null : books.BackOffice.Act(kind, key!, body);
        await Send(context, key!, fault is OrderFault.ReplyLost or OrderFault.RequestLate ? null : reply);
    }

    private Reply Answer(CancelAttempt attempt, OrderFault fault) =>
        fault switch
        {
            OrderFault.Consecutive => Reply.Refuse("FORBIDDEN_CONSECUTIVE_REQUEST"),
            OrderFault.BankClosed => Reply.Refuse("NOT_AVAILABLE_BANK"),
            OrderFault.ProviderError => Reply.Refuse("PROVIDER_ERROR"),
            OrderFault.UnlistedCode => new Reply(400, """{"code":"CODE_OF_TOMORROW","message":"?"}"""),
            OrderFault.NoJson => new Reply(502, "<html>"),
            OrderFault.StoredError => books.Payments.Refuse(attempt, Inner),
            OrderFault.StoredErrorAfterSuccess => Done(attempt, Inner),
            OrderFault.TakenOnly => Taken(attempt),
            OrderFault.Rejected => books.Payments.Refuse(attempt, Reply.Refuse("REFUND_REJECTED")),
            _ => Done(attempt),
        };

    private static Reply Inner => Reply.Refuse("FAILED_INTERNAL_SYSTEM_PROCESSING");

    private Reply Done(CancelAttempt attempt, Reply? instead = null)
    {
        var reply = books.Payments.Cancel(attempt, instead);
        var isDone = reply.Status == 200 || ReferenceEquals(reply, instead);
        if (isDone && !IsHealthy && random.Next(3) == 0)
        {
            hiddenUntil[attempt.PaymentKey] = clock.Now.AddSeconds(random.Next(1, LagSecondsMax));
        }
        return reply;
    }

    private Reply Taken(CancelAttempt attempt)
    {
        var reply = books.Payments.Cancel(attempt, pending: true);
        if (reply.Status == 200)
        {
            taken.Add((clock.Now.AddSeconds(random.Next(1, 900)), attempt.PaymentKey, random.Next(3) == 0));
        }
        return reply;
    }

    private Reply Enter(CancelAttempt attempt, Func<Reply> answer)
    {
        if (books.Payments.Enter(attempt) is { } early)
        {
            return early;
        }
        try
        {
            return answer();
        }
        finally
        {
            books.Payments.Leave(attempt);
        }
    }

    private async Task Send(HttpContext context, string key, Reply? reply)
    {
        if (Death is { } death)
        {
            Death = null;
            await death.CancelAsync();
            reply = null;
        }
        if (reply is null)
        {
            context.Abort();
            return;
        }
        if (ForGood.Is(reply))
        {
            Refused.Add(key);
        }
        await reply.Send(context);
    }

    /// <summary>Two of three orders go well; what is kept under a key for good is rare, because it takes thirty
    /// questions to find out.</summary>
    private OrderFault Draw()
    {
        if (IsAway)
        {
            return OrderFault.RequestLost;
        }
        return IsHealthy
            ? OrderFault.None
            : random.Next(100) switch
            {
                < 8 => OrderFault.RequestLost,
                < 11 => OrderFault.RequestLate,
                < 19 => OrderFault.ReplyLost,
                < 21 => OrderFault.Consecutive,
                < 23 => OrderFault.BankClosed,
                < 26 => OrderFault.ProviderError,
                < 28 => OrderFault.UnlistedCode,
                < 30 => OrderFault.NoJson,
                < 31 => OrderFault.StoredError,
                < 33 => OrderFault.StoredErrorAfterSuccess,
                < 35 => OrderFault.Rejected,
                < 41 => OrderFault.TakenOnly,
                _ => OrderFault.None,
            };
    }

    private bool IsAway => !IsHealthy && clock.Now < AwayUntil;

    private bool Fails() => IsAway || (!IsHealthy && random.Next(100) < 8);

    private bool IsHidden(string paymentKey) => !IsHealthy && hiddenUntil.GetValueOrDefault(paymentKey) > clock.Now;

    private void Remember(string key, RequestBody body) =>
        ChangedBodies += bodies.TryAdd(key, body.Hash) || bodies[key] == body.Hash ? 0 : 1;

    private static string CodeOf(Reply reply) =>
        JsonDocument.Parse(reply.Body).RootElement.TryGetProperty("code", out var code) ? code.GetString()! : "OK";
}

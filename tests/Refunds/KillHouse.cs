using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Delegation = Mobility.Refunds.V1.Delegation;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>
/// One process of the service that is killed again and again, its gateway, and people who repeat a call under the same
/// request id until somebody answers. One scene after the other is played in it.
/// </summary>
public sealed partial class KillHouse : IAsyncLifetime
{
    /// <summary>Longer than a process holds a refund while it asks or sends: the next takes it up at once.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(16);

    private static readonly TimeSpan Patience = Poll.Patience;

    private readonly HashSet<string> requests = new(StringComparer.Ordinal);
    private GatewayProcess? gatewayProcess;
    private RefundsProcess? process;
    private GatewayClient? gateway;
    private string paymentKey = "";
    private int payments;

    public GatewayClient Gateway => gateway!;
    public string Officer { get; } = NewPerson();
    public string Agent { get; } = NewPerson();
    public string Lead { get; } = NewPerson();
    public Delegation Delegation { get; private set; } = new();

    private Db Db => process!.Db;

    public async Task InitializeAsync()
    {
        gatewayProcess = await GatewayProcess.Start(TestFolder.New("gateway"));
        gateway = gatewayProcess.Client();
        process = await RefundsProcess.Start(gatewayProcess.Url);
        await Enrol(Officer, MemberRole.ClientOfficer);
        await Enrol(Agent, MemberRole.Agent);
        await Enrol(Lead, MemberRole.Lead);
        Delegation = await Grant();
    }

    public async Task DisposeAsync()
    {
        await (process?.DisposeAsync() ?? ValueTask.CompletedTask);
        gateway?.Dispose();
        gatewayProcess?.Dispose();
    }

    /// <summary>Arms the place, begins what leads to it, and starts the process again once it has died there. Who
    /// called meanwhile repeats the call.</summary>
    public async Task Kill(string place, Func<Task> act)
    {
        process!.Arm(place);
        var acting = act();
        await process.Died(place, () => acting.IsFaulted ? acting : Push());
        Move(Lease);
        await process.Start();
        await acting;
    }

    /// <summary>A scene that failed leaves nothing to the next one but its rows.</summary>
    public async Task Recover()
    {
        process!.Disarm();
        if (process.IsDead)
        {
            await process.Start();
        }
    }

    /// <summary>How often a process was started.</summary>
    public int Starts => process!.Starts;

    /// <summary>Moves the clock on to what is due next, and has it looked at.</summary>
    public async Task Push(bool hint = true)
    {
        var next = await Db.InTransaction(
            Db.AllClients,
            tx =>
                tx.One<DateTimeOffset?>(
                    """
                    SELECT next_time FROM refund
                    WHERE state NOT IN ('AwaitingApproval', 'AwaitingEvidence') AND next_time IS NOT NULL
                    ORDER BY next_time LIMIT 1
                    """
                ),
            CancellationToken.None
        );
        if (next is { } time && time > process!.Clock.GetUtcNow())
        {
            process.Clock.MoveTo(time);
        }
        if (hint)
        {
            await Hint(isPatient: false);
        }
    }

    public void Move(TimeSpan time) => process!.Clock.MoveTo(process.Clock.GetUtcNow() + time);

    /// <summary>Somebody heard that the payment changed; a hint that nobody hears is lost.</summary>
    public async Task Hint(bool isPatient = true)
    {
        var request = new RereadPaymentRequest { Gateway = "toss", GatewayPaymentKey = paymentKey };
        if (paymentKey.Length == 0)
        {
            return;
        }
        try
        {
            await Repeated((rpc, headers) => rpc.RereadPaymentAsync(request, headers), () => [], isPatient);
        }
        catch (RpcException) when (!isPatient)
        {
            // The process is dead, or not there yet; who waits for it pushes again.
        }
    }

    /// <summary>Waits until the refund is in the state, and pushes.</summary>
    public async Task<Refund> Until(Refund refund, RefundState state, bool push = true, bool hint = true)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var id = Guid.Parse(refund.Name.Split('/')[^1]);
        while (true)
        {
            var now = await Db.InTransaction(
                Db.AllClients,
                tx => tx.One<string>("""SELECT state FROM refund WHERE refund_id = @id""", new { id }),
                CancellationToken.None
            );
            if (now == state.ToString())
            {
                return await Repeated(
                    (rpc, headers) => rpc.GetRefundAsync(new() { Name = refund.Name }, headers),
                    () => As(Role.Lead, Lead)
                );
            }
            Assert.False(deadline.IsCancellationRequested, $"{refund.Name} is {now}, not {state}");
            await (push ? Push(hint) : Task.CompletedTask);
            await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Invariants 1 to 8: the books balance, each request made one refund, and what the gateway did is what
    /// the books say that it did.</summary>
    public async Task MustBalance()
    {
        Assert.Empty(await RefundBooks.Unbalanced(Db));
        Assert.Empty(await RefundBooks.Repeated(Db));
        Assert.NotEqual(0, await LeafReplay.Agrees(Db, TestIssuer.Client));
        var rows = await Db.InTransaction(
            Db.AllClients,
            tx =>
                tx.List<(Guid Id, string Request, string State, long Amount)>(
                    """SELECT refund_id, request_id::text, state, amount FROM refund"""
                ),
            CancellationToken.None
        );
        Assert.Equal(
            requests.Order(StringComparer.Ordinal),
            rows.Select(row => row.Request).Order(StringComparer.Ordinal)
        );
        var ledger = (await Gateway.Get("/simulator/ledger")).Body.GetProperty("entries").EnumerateArray();
        Assert.Equal(
            rows.Where(row => row.State is "Settled").Select(row => ($"refund-{row.Id}", row.Amount)).Order(),
            ledger
                .Where(entry => entry.GetProperty("cancelStatus").GetString() == "DONE")
                .Select(entry =>
                    (entry.GetProperty("idempotencyKey").GetString()!, entry.GetProperty("cancelAmount").GetInt64())
                )
                .Order()
        );
        Assert.DoesNotContain(ledger, entry => entry.GetProperty("cancelStatus").GetString() == "IN_PROGRESS");
        Assert.DoesNotContain(
            rows,
            row => row.State is "Approved" or "Dispatching" or "PendingAtGateway" or "Unconfirmed"
        );
        Assert.Empty(await process!.Errors());
    }
}

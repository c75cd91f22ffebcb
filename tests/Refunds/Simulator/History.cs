using System.Security.Cryptography;
using System.Text;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;
using Xunit;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>
/// What people, other services, the gateway and the clock do to Refunds, drawn from a seed: the same seed gives the
/// same steps. After every step the books are looked at; at the end everything is brought to rest and judged.
/// </summary>
internal sealed partial class History
{
    /// <summary>A history has so many steps at least.</summary>
    public const int StepsMin = 50;

    private const string Vendor = "vendors/haenam-contact";

    /// <summary>Sunday 1 March 2026, a holiday, 09:00 in Seoul.</summary>
    private static readonly DateTimeOffset FirstStart = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SimulatedService service;
    private readonly string clientId;
    private readonly int seed;
    private readonly Random random;
    private readonly byte[] salt;
    private readonly FaultyBroker broker;
    private readonly IReadOnlyList<Player> players;
    private readonly List<PaymentMade> payments = [];
    private readonly List<Asked> asked = [];
    private readonly List<string> steps = [];
    private readonly Dictionary<Guid, DateTimeOffset> lostSince = [];
    private readonly (int Weight, string Name, Func<Task<string>> Run)[] kinds;
    private Mobility.Refunds.V1.Delegation delegation = new();
    private Snapshot seen = Snapshot.Empty;
    private string doing = "beginning";

    private History(SimulatedService service, string clientId, int seed)
    {
        (this.service, this.clientId, this.seed) = (service, clientId, seed);
        random = new Random(seed);
        salt = SHA256.HashData(Encoding.UTF8.GetBytes(clientId));
        broker = new FaultyBroker(random);
        players =
        [
            Somebody("agent-1", Role.Agent),
            Somebody("agent-2", Role.Agent),
            Somebody("lead-1", Role.Lead),
            Somebody("lead-2", Role.Lead),
            Somebody("officer-1", Role.ClientOfficer),
            Somebody("officer-2", Role.ClientOfficer),
        ];
        kinds =
        [
            (26, "ask", Ask),
            (3, "ask again", AskAgain),
            (2, "same id, other body", AskOtherwise),
            (10, "agree", Agree),
            (2, "decline", Decline),
            (2, "take back", TakeBack),
            (4, "say what became of it", SayWhatBecame),
            (3, "stop or go on", StopOrGoOn),
            (2, "narrow", Narrow),
            (1, "revoke", Revoke),
            (2, "suspend or reinstate", SuspendOrReinstate),
            (6, "pay", Pay),
            (12, "settle", Settle),
            (2, "die while settling", Die),
            (4, "hint", Hint),
            (3, "reconcile", Reconcile),
            (10, "wait", Wait),
            (3, "console", CancelInConsole),
            (2, "late failure", FailLate),
            (2, "gateway away", GoAway),
            (5, "tell", Tell),
            (9, "deliver", Deliver),
            (1, "heal", Heal),
            (1, "forget", Forget),
            (1, "restart", Restart),
        ];
    }

    private string Parent => $"clients/{clientId}";

    private DateTimeOffset Now => service.Clock.Now;

    /// <summary>Plays the history of the seed for a client of its own.</summary>
    /// <returns>What was done and what came of it, a line each.</returns>
    public static async Task<IReadOnlyList<string>> Play(SimulatedService service, string clientId, int seed)
    {
        var history = new History(service, clientId, seed);
        var playing = history.Play();
        // Also what is no assertion, such as a rule of a table that was broken, is a verdict on the service.
        await playing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var error = playing.Exception?.InnerException;
        var told = string.Join('\n', history.steps);
        Assert.True(error is null, $"seed {seed}, {history.doing}: {error?.Message}\n{told}\n{error?.StackTrace}");
        return history.steps;
    }

    private async Task Play()
    {
        await Begin();
        var count = StepsMin + random.Next(6);
        for (var n = 1; n <= count; n++)
        {
            await Step(n);
        }
        doing = "coming to rest";
        await ComeToRest();
        doing = "being judged";
        await HistoryJudge.Judge(service, clientId);
        if (seed % 3 == 0)
        {
            doing = "hearing all again";
            await TellAllAgain();
        }
    }

    private async Task Begin()
    {
        service.Begin(clientId, seed, FirstStart.AddHours(random.Next(24 * 28)));
        foreach (var player in players)
        {
            await Enrol(player);
        }
        delegation = await Granted();
        for (var n = 0; n < 3; n++)
        {
            // Ids of one instant have no order, and what is compared goes by the payment's.
            service.Clock.Now = Now.AddMilliseconds(1);
            await Pay();
        }
        await DeliverAll();
        await Look();
    }

    private async Task Step(int n)
    {
        // Things that happen at one instant have no order: each step has a moment of its own.
        service.Clock.Now = Now.AddMilliseconds(random.Next(1, 900));
        var (name, run) = Drawn();
        doing = $"step {n} {name}";
        var before = seen;
        string result;
        try
        {
            result = await run();
        }
        catch (Refusal refusal)
        {
            result = refusal.Reason;
        }
        await Look();
        steps.Add($"{n} {Now:MM-dd HH:mm:ss.fff} {name}: {result}; {seen.ChangesSince(before)}");
    }

    private (string Name, Func<Task<string>> Run) Drawn()
    {
        if (delegation.State != DelegationState.Active && random.Next(4) == 0)
        {
            return ("stop or go on", StopOrGoOn);
        }
        var at = random.Next(kinds.Sum(kind => kind.Weight));
        foreach (var (weight, name, run) in kinds)
        {
            if (at < weight)
            {
                return (name, run);
            }
            at -= weight;
        }
        throw new InvalidOperationException("nothing was drawn");
    }

    /// <summary>Looks at the books, which have to be in order at every moment.</summary>
    private async Task Look()
    {
        var now = await Snapshot.Take(service.Db, clientId);
        now.Check(seen);
        foreach (var refund in now.Refunds)
        {
            if (refund.State is "Dispatching" or "Unconfirmed")
            {
                lostSince.TryAdd(refund.RefundId, Now);
                Assert.True(Now - lostSince[refund.RefundId] <= TimeSpan.FromHours(24), "unconfirmed for a day");
            }
            else if (refund.State == "Approved")
            {
                lostSince.Remove(refund.RefundId);
            }
        }
        Assert.Empty(service.Errors);
        Assert.Equal(0, service.Gateway.ChangedBodies);
        seen = now;
    }

    private Player Somebody(string alias, Role role) =>
        new(alias, role, $"people/{NewId()}", role == Role.ClientOfficer ? null : Vendor);

    private Task<T> Call<T>(string rpc, Player player, Func<Call, Task<T>> slice) =>
        service.Invoke(rpc, player.Caller(clientId, Now), slice);

    private Task<T> CallAsOperator<T>(string rpc, Func<Call, Task<T>> slice) =>
        service.Invoke(rpc, new Caller("systems/fleet", Role.Operator, [clientId], null, Now, "operator"), slice);

    private T Any<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    private string NewId() => NewGuid().ToString();

    private Guid NewGuid()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        // Ids of events are everybody's: two clients with one seed have their own.
        foreach (var n in Enumerable.Range(0, bytes.Length))
        {
            bytes[n] ^= salt[n];
        }
        // Version 4, as whoever makes an id at random has to say.
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes);
    }

    private string NameOf(RefundSeen refund) => $"{Parent}/refunds/{refund.RefundId}";

    private string NumberOf(RefundSeen refund) => $"r{seen.Refunds.ToList().IndexOf(refund)}";
}

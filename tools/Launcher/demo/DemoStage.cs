using System.Collections.Concurrent;
using Grpc.Core;
using Mobility.Platform;

namespace Mobility.Launcher;

/// <summary>What every part of the player works with: the wires, the clock, who is who and what came of what.</summary>
internal sealed class DemoStage : IDisposable
{
    private readonly ConcurrentDictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> findings = new();
    private readonly ConcurrentDictionary<int, string> seen = new();
    private readonly ConcurrentDictionary<int, bool> allowed = new();
    private readonly IReadOnlyDictionary<string, DemoPerson> people;

    public DemoStage(RunState state, RunFolder run, string root, Weekend weekend)
    {
        Weekend = weekend;
        Clock = new DevelopmentClock(run.Clock);
        Ids = DemoIds.Next(Clock.GetUtcNow(), weekend.Client);
        Wires = new DemoWires(state, run, Clock);
        Gateway = new DemoGateway(state, run);
        people = DemoPerson
            .Load(root)
            .Where(person => person.Clients.Contains(weekend.Client, StringComparer.Ordinal))
            .ToDictionary(person => person.Key.Split('-', 2)[1], StringComparer.Ordinal);
    }

    public Weekend Weekend { get; }
    public DevelopmentClock Clock { get; }
    public DemoIds Ids { get; }
    public DemoWires Wires { get; }
    public DemoGateway Gateway { get; }
    public IEnumerable<DemoPerson> People => people.Values;

    /// <summary>What the replies said and the file did not, or the other way round.</summary>
    public IReadOnlyCollection<string> Findings => findings;

    public string Parent => Ids.Parent;

    public DemoPerson Person(string key) => people[key];

    /// <summary>The token of a step's doer; null for somebody in the street.</summary>
    public Token? Doer(WeekendStep step) =>
        step.Who == "" ? null
        : people.TryGetValue(step.Who, out var person) ? person.Token
        : Token.Rider(Ids.Client, Ids.Rider(step.Who));

    public Token Operator => people["operator"].Token;

    /// <summary>Keeps the name of what a step made.</summary>
    public void Made(string key, string name) => names[key] = name;

    /// <summary>The name of what a step made.</summary>
    public string Name(string key) =>
        names.TryGetValue(key, out var name) ? name : throw new InvalidOperationException($"there is no {key}");

    public string? TryName(string key) => names.GetValueOrDefault(key);

    /// <summary>Keeps what a reply said, for the story.</summary>
    public void Saw(WeekendStep step, string words) => seen[step.Number] = words;

    /// <summary>What a reply to a step said; null when nothing was kept.</summary>
    public string? Seen(WeekendStep step) => seen.GetValueOrDefault(step.Number);

    /// <summary>Was the step allowed by the service that was asked?</summary>
    public bool WasAllowed(WeekendStep step) => allowed.GetValueOrDefault(step.Number);

    public string Request(WeekendStep step, string what = "") => Ids.Request(step.Number, what).ToString();

    public void Find(WeekendStep step, string finding) =>
        findings.Enqueue($"step {step.Number} ({step.At}, {step.Do} {step.Thing ?? step.Of}): {finding}");

    /// <summary>A call of which an error may be expected; null when it came.</summary>
    public async Task<TReply?> Call<TRequest, TReply>(
        WeekendStep step,
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> rpc,
        TRequest request,
        CancellationToken token
    )
        where TReply : class
    {
        try
        {
            var reply = await Wires.Call(rpc, request, Doer(step), token);
            allowed.TryAdd(step.Number, true);
            if (step.Expect.Error is { } missed)
            {
                Find(step, $"it was allowed, the file says {missed}");
            }
            return reply;
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Cancelled)
        {
            var reason = RpcCall.ReasonOf(e);
            allowed[step.Number] = false;
            Saw(step, reason ?? $"{e.StatusCode}");
            if (reason != step.Expect.Error)
            {
                Find(
                    step,
                    $"it was refused with {reason} ({e.Status.Detail}), "
                        + $"the file says {step.Expect.Error ?? "no such thing"}"
                );
            }
            return null;
        }
    }

    /// <summary>The key of somebody of the weekend; the name itself of anybody else.</summary>
    public string KeyOf(string subject) =>
        people.FirstOrDefault(one => one.Value.Subject == subject).Key ?? (subject == "" ? "nobody" : subject);

    /// <summary>Compares what a reply says with the file.</summary>
    public void Compare(WeekendStep step, string what, object? said, object? file)
    {
        if (file is not null && !Same($"{said}", $"{file}"))
        {
            Find(step, $"{what} is {said}, the file says {file}");
        }
    }

    /// <summary>`AWAITING_APPROVAL` and `AwaitingApproval` are the same.</summary>
    public static bool Same(string one, string other) =>
        Plain(one).Equals(Plain(other), StringComparison.OrdinalIgnoreCase);

    public void Dispose()
    {
        Clock.Dispose();
        Wires.Dispose();
        Gateway.Dispose();
    }

    private static string Plain(string state) => state.Replace("_", "", StringComparison.Ordinal);
}

using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>One call of an API that a person waited for.</summary>
internal sealed record DemoTimed(string Rpc, string Said, TimeSpan Time);

/// <summary>Plays the rota, the telephone, the cases, and the scene of the lone agent.</summary>
internal sealed class DemoDesk(DemoStage stage, DemoRefunds refunds, DemoQuiet quiet)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly List<DemoTimed> calls = [];

    /// <summary>How the lone agent's scene begins; empty when it was not played.</summary>
    public string Scene { get; private set; } = "";

    /// <summary>The calls of the lone agent's scene.</summary>
    public IReadOnlyList<DemoTimed> Calls => calls;

    private DeskService.DeskServiceClient Api => stage.Wires.Desk;

    public async Task PutOnDuty(WeekendStep step, CancellationToken token)
    {
        var from = WeekendTime.Parse(step.Thing!["shift ".Length..]);
        var request = new CreateShiftRequest
        {
            Parent = stage.Parent,
            Shift = new Shift
            {
                Person = stage.Person(step.Of!).Subject,
                Role = step.Duty!.Value,
                StartTime = stage.Ids.At(from).ToTimestamp(),
                EndTime = stage.Ids.At(step.Until!.Value).ToTimestamp(),
            },
            RequestId = stage.Request(step),
        };
        var made = await stage.Call(step, Api.CreateShiftAsync, request, token);
        stage.Compare(step, "the duty", made?.Role, step.Expect.State);
    }

    public async Task Record(WeekendStep step, CancellationToken token)
    {
        if (await stage.Call(step, Api.RecordContactAsync, Call(step, step.Thing!), token) is { } contact)
        {
            Keep(step.Thing!, contact);
            stage.Compare(step, "the contact", contact.Outcome, step.Expect.State);
            if (step.Expect.Owner is not null)
            {
                await CompareOwner(step, contact.Case, token);
            }
        }
    }

    public async Task HandOver(WeekendStep step, CancellationToken token)
    {
        var request = new HandOverCaseRequest
        {
            Name = await CaseOf(step.Of!, token),
            Reason = "It is more than I may say.",
            RequestId = stage.Request(step),
        };
        var handed = await stage.Call(step, Api.HandOverCaseAsync, request, token);
        stage.Compare(step, "the owner", handed?.Owner, stage.Person(step.Expect.Owner!).Subject);
        stage.Saw(step, stage.KeyOf(handed?.Owner ?? ""));
    }

    public async Task Close(WeekendStep step, CancellationToken token)
    {
        var request = new CloseCaseRequest
        {
            Name = await CaseOf(step.Of!, token),
            Need = step.Need!.Value,
            RequestId = stage.Request(step),
        };
        var closed = await stage.Call(step, Api.CloseCaseAsync, request, token);
        stage.Compare(step, "the case", closed?.State, step.Expect.State);
    }

    /// <summary>Sunday, one agent, twelve open cases, a caller: each call of an API is counted and timed.</summary>
    public async Task Help(WeekendStep step, CancellationToken token)
    {
        var agent = stage.Doer(step)!;
        await CompareLoad(step, agent, token);
        var contact = await Timed(step, Api.RecordContactAsync, Call(step, step.Of!), c => "answered: a case", token);
        Keep(step.Of!, contact);
        var rides = await Timed(
            step,
            stage.Wires.Faults.ListRidesAsync,
            new ListRidesRequest { Parent = stage.Parent, Rider = stage.Ids.RiderName(step.Rider!) },
            list =>
                $"{list.Rides[0].DistanceMeters:N0} m at {DemoIds.Shown(list.Rides[0].StartTime.ToDateTimeOffset())}",
            token
        );
        var payments = await Timed(
            step,
            stage.Wires.Refunds.ListPaymentsAsync,
            new ListPaymentsRequest { Parent = stage.Parent, Ride = rides.Rides[0].Name },
            list => $"{list.Payments[0].Amount.Units:N0} won",
            token
        );
        var asked = refunds.Asked(step);
        asked.Payment = payments.Payments[0].Name;
        asked.Case = contact.Case;
        await Timed(
            step,
            stage.Wires.Refunds.QuoteRefundAsync,
            new QuoteRefundRequest { Parent = stage.Parent, Refund = asked },
            quote => $"{quote.Decision.Outcome} by {quote.Decision.Clause}",
            token
        );
        var create = new CreateRefundRequest
        {
            Parent = stage.Parent,
            Refund = asked,
            RequestId = stage.Request(step, "refund"),
        };
        var made = await Timed(step, stage.Wires.Refunds.CreateRefundAsync, create, r => $"{r.State}", token);
        stage.Made(step.Thing!, made.Name);
        // The agent talks on for a moment; the books tell when the gateway is done, so that one look is enough.
        await quiet.Settled(DemoBooks.IdOf(made.Name), token);
        var get = new GetRefundRequest { Name = made.Name };
        var seen = await Timed(step, stage.Wires.Refunds.GetRefundAsync, get, r => $"{r.State}", token);
        stage.Compare(step, "the state", seen.State, step.Expect.State);
        if (calls.Count > step.Expect.Calls)
        {
            stage.Find(step, $"it took {calls.Count} calls, the file says {step.Expect.Calls} at most");
        }
    }

    /// <summary>The case of a thing, once the desk has heard of it.</summary>
    private async Task<string> CaseOf(string thing, CancellationToken token)
    {
        if (stage.TryName(CaseKey(thing)) is { } known)
        {
            return known;
        }
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var request = new ListCasesRequest { Parent = stage.Parent, Part = await Part(thing, token) };
            var list = await stage.Wires.Call(Api.ListCasesAsync, request, stage.Person("lead").Token, token);
            if (list.Cases.Count > 0)
            {
                return list.Cases[0].Name;
            }
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new InvalidOperationException($"there is no case of {thing}");
            }
            await Task.Delay(Pause, TimeProvider.System, token);
        }
    }

    /// <summary>What the machine was denied because of a fault belongs to the fault's case by its refund.</summary>
    private async Task<string> Part(string thing, CancellationToken token)
    {
        var name = stage.Name(thing);
        if (stage.TryName(DemoFacts.PaymentOf(thing)) is not { } payment)
        {
            return name;
        }
        var request = new ListRefundsRequest { Parent = stage.Parent, Payment = payment };
        var list = await stage.Wires.Call(
            stage.Wires.Refunds.ListRefundsAsync,
            request,
            stage.Person("officer").Token,
            token
        );
        return list.Refunds.Count > 0 ? list.Refunds[0].Name : name;
    }

    private RecordContactRequest Call(WeekendStep step, string key) =>
        new()
        {
            Parent = stage.Parent,
            Contact = new Contact
            {
                ExternalId = stage.Ids.Contact(key),
                Channel = CaseChannel.Phone,
                Outcome = step.Outcome ?? ContactOutcome.Answered,
                Abusive = step.Abusive,
                Rider = step.Rider is null ? "" : stage.Ids.RiderName(step.Rider),
            },
            RequestId = stage.Request(step),
        };

    private void Keep(string key, Contact contact)
    {
        stage.Made(key, contact.Name);
        if (contact.Case != "")
        {
            stage.Made(CaseKey(key), contact.Case);
        }
    }

    private async Task CompareOwner(WeekendStep step, string name, CancellationToken token)
    {
        var seen = await stage.Wires.Call(
            Api.GetCaseAsync,
            new GetCaseRequest { Name = name },
            stage.Doer(step),
            token
        );
        stage.Compare(step, "the owner", seen.Owner, stage.Person(step.Expect.Owner!).Subject);
        stage.Saw(step, stage.KeyOf(seen.Owner));
    }

    /// <summary>The night's cases come to the first agent a moment after the shift began.</summary>
    private async Task CompareLoad(WeekendStep step, Token agent, CancellationToken token)
    {
        var request = new ListCasesRequest
        {
            Parent = stage.Parent,
            PageSize = 200,
            State = CaseState.Open,
            Owner = agent.Subject,
        };
        var list = await stage.Wires.Call(Api.ListCasesAsync, request, agent, token);
        // What an earlier weekend left behind is another story.
        var begin = stage.Ids.At(WeekendTime.Saturday(0)).ToTimestamp();
        var open = list.Cases.Count(one => one.CreateTime >= begin);
        stage.Compare(step, "the number of open cases", open, step.Expect.OpenCases);
        Scene = $"{DemoIds.Shown(stage.Clock.GetUtcNow())}, one agent, {open} open cases, a caller:";
    }

    private async Task<TReply> Timed<TRequest, TReply>(
        WeekendStep step,
        Func<TRequest, Grpc.Core.CallOptions, Grpc.Core.AsyncUnaryCall<TReply>> rpc,
        TRequest request,
        Func<TReply, string> said,
        CancellationToken token
    )
        where TReply : class
    {
        var start = Stopwatch.GetTimestamp();
        var reply =
            await stage.Call(step, rpc, request, token)
            ?? throw new InvalidOperationException($"{typeof(TRequest).Name} was refused");
        var name = typeof(TRequest).Name[..^"Request".Length];
        calls.Add(new DemoTimed(name, said(reply), Stopwatch.GetElapsedTime(start)));
        return reply;
    }

    private static string CaseKey(string thing) => $"case of {thing}";
}

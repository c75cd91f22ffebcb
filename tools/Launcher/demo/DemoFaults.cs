using Mobility.Faults.V1;

namespace Mobility.Launcher;

/// <summary>Plays what riders report and what crew and lead make of it.</summary>
internal sealed class DemoFaults(DemoStage stage, DemoFacts facts)
{
    private FaultsService.FaultsServiceClient Api => stage.Wires.Faults;

    public async Task Report(WeekendStep step, CancellationToken token)
    {
        IReadOnlyList<WeekendFact> told =
            step.Facts
            ?? (
                step.Ride is not { } ride ? [WeekendFact.Report]
                : ride.Won > 0 ? [WeekendFact.Record, WeekendFact.Payment, WeekendFact.Report]
                : [WeekendFact.Record, WeekendFact.Report]
            );
        foreach (var fact in told)
        {
            await (fact == WeekendFact.Report ? Create(step, token) : facts.Tell(step, fact, token));
        }
    }

    public async Task Decide(WeekendStep step, CancellationToken token)
    {
        var (name, id) = (stage.Name(step.Of!), stage.Request(step));
        const string note = "Looked at in the yard.";
        var fault = step.Do switch
        {
            WeekendDeed.ConfirmFault => await stage.Call(
                step,
                Api.ConfirmFaultAsync,
                new ConfirmFaultRequest { Name = name, RequestId = id },
                token
            ),
            WeekendDeed.RejectFault => await stage.Call(
                step,
                Api.RejectFaultAsync,
                new RejectFaultRequest
                {
                    Name = name,
                    Note = note,
                    RequestId = id,
                },
                token
            ),
            _ => await stage.Call(
                step,
                Api.ResolveFaultAsync,
                new ResolveFaultRequest
                {
                    Name = name,
                    Note = note,
                    RequestId = id,
                },
                token
            ),
        };
        stage.Compare(step, "the state", fault?.State, step.Expect.State);
    }

    private async Task Create(WeekendStep step, CancellationToken token)
    {
        var fault = new Fault
        {
            PrintedCode = stage.Ids.Code(step.Vehicles![0]),
            Category = step.Category,
            Ride = step.Ride is null ? "" : stage.Name(DemoFacts.RideOf(step.Thing!)),
            Channel = Channel.App,
        };
        var request = new CreateFaultRequest
        {
            Parent = stage.Parent,
            Fault = fault,
            RequestId = stage.Request(step),
        };
        if (await stage.Call(step, Api.CreateFaultAsync, request, token) is { } made)
        {
            stage.Made(step.Thing!, made.Name);
            stage.Compare(step, "the state", made.State, step.Expect.State);
            stage.Compare(step, "the grounding", made.Grounding, step.Expect.Grounding);
        }
    }
}

using FsCheck;
using FsCheck.Fluent;
using Mobility.Refunds;
using Mobility.Tests.Refunds.Simulator;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>Random requests, agreements, refusals and waits on a real database beside a model that only sums.</summary>
public sealed class AdmissionModelTests
{
    private const int Sequences = 30;
    private const int StepsMax = 30;

    private static readonly Gen<AdmissionStep> AnyStep = Gen.Frequency(
        (
            12,
            from agent in Gen.Choose(0, AdmissionModel.Agents - 1)
            from payment in Gen.Choose(0, AdmissionModel.Payments - 1)
            from thousands in Gen.Frequency((5, Gen.Choose(1, 4)), (1, Gen.Choose(5, 10)))
            select (AdmissionStep)new AdmissionStep.Ask(agent, payment, thousands)
        ),
        (4, Gen.Elements(1, 14, 15, 100, 365, 1_440, 4_000).Select(m => (AdmissionStep)new AdmissionStep.Pass(m))),
        (1, Gen.Choose(0, 9).Select(n => (AdmissionStep)new AdmissionStep.Agree(n))),
        (1, Gen.Choose(0, 9).Select(n => (AdmissionStep)new AdmissionStep.Decline(n))),
        (1, Gen.Choose(0, 9).Select(n => (AdmissionStep)new AdmissionStep.TakeBack(n)))
    );

    private static readonly Gen<AdmissionStep[]> AnySteps = Gen.ArrayOf(AnyStep, StepsMax);

    [Fact]
    public async Task Admission_answers_as_a_model_that_only_sums()
    {
        // A sequence that fails is made shorter, and each try has a client of its own.
        var clients = new Queue<string>(Enumerable.Range(0, 1_000).Select(n => $"model-{n}"));
        await using var service = await SimulatedService.Open(
            await TestService.NewDatabase(new RefundsApp()),
            [.. clients]
        );
        var law = Prop.ForAll(
            Arb.From(AnySteps, Shorter),
            async steps => await AdmissionScene.Play(service, clients.Dequeue(), steps)
        );
        // The check waits for its steps: not on a thread of the runner's, which may have no other to take them.
        await Task.Run(() =>
            law.Check(Config.QuickThrowOnFailure.WithMaxTest(Sequences).WithReplay(new Replay(new Rnd(2_026, 3), null)))
        );
    }

    private static IEnumerable<AdmissionStep[]> Shorter(AdmissionStep[] steps) =>
        Enumerable.Range(0, steps.Length).Reverse().Select(n => steps.Where((_, at) => at != n).ToArray());
}

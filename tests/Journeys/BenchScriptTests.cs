using Mobility.Bench;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>pgbench is a peer only while its scripts do what the services do.</summary>
public sealed class BenchScriptTests
{
    [Fact]
    public async Task The_scripts_of_faults_and_complaints_have_the_statements_of_the_services()
    {
        Intake[] intakes = [new FaultIntake(), new ComplaintIntake()];
        string[] parts = ["postgres", .. intakes.Select(intake => intake.Service)];
        await using var system = await BenchSystem.Start(Repository.Root, "debug", parts);
        foreach (var intake in intakes)
        {
            Assert.Empty(await IntakeBench.Differences(system, intake, Repository.Root, new StringWriter()));
        }
    }
}

using Mobility.Bench;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>pgbench is a peer only while its scripts do what the services do.</summary>
public sealed class BenchScriptTests
{
    [Fact]
    public Task The_script_of_faults_has_the_statements_of_the_service() => AreTheSame(new FaultIntake());

    [Fact]
    public Task The_script_of_complaints_has_the_statements_of_the_service() => AreTheSame(new ComplaintIntake());

    private static async Task AreTheSame(Intake intake)
    {
        var output = new StringWriter();
        await using var system = await BenchSystem.Start(Repository.Root, "debug", ["postgres", intake.Service]);
        Assert.Empty(await IntakeBench.Differences(system, intake, Repository.Root, output));
    }
}

using Mobility.Tests.Refunds;
using Mobility.Tests.Refunds.Simulator;
using Mobility.Tests.Support;
using Mobility.Tests.Web;
using Xunit;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer($"Mobility.Tests.Support.{nameof(LongestFirst)}", "Mobility.Tests")]

namespace Mobility.Tests.Support;

/// <summary>What takes minutes begins first: left for the end it would run there with half the machine idle.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        PagesCollection.Name,
        typeof(KillAtEveryStepTests).FullName!,
        typeof(SimulatorTests).FullName!,
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection =>
            Array.Exists(Longest, name => collection.DisplayName.EndsWith(name, StringComparison.Ordinal))
        );
}

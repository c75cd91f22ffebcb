using System.Text.RegularExpressions;
using Mobility.Refunds;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>
/// A real process of Refunds ends, as by a power cut, before and after each commit that moves a refund and around each
/// call of the gateway. The next one finds one refund for each request, and books that are those of the gateway.
/// </summary>
public sealed partial class KillAtEveryStepTests(KillHouse house) : IClassFixture<KillHouse>
{
    /// <summary>A place takes its turn in every eighth commit or so: some nine fit into a run.</summary>
    private const int Turns = 8;

    private static readonly string[] Boundaries = ["before-commit", "after-commit"];

    private static IEnumerable<string> All =>
        KillScenes
            .Commits.Keys.SelectMany(commit => Boundaries.Select(boundary => $"{commit}.{boundary}"))
            .Concat(KillScenes.Moments.Keys);

    public static TheoryData<string> Places() => [.. Turn.Of(All, Turns)];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Whatever_the_moment_of_the_end_there_is_one_refund_and_the_books_balance(string place)
    {
        var scene = KillScenes.Moments.GetValueOrDefault(place) ?? KillScenes.Commits[place.Split('.')[0]];

        await house.Recover();
        await scene(house, act => house.Kill(place, act));

        await house.MustBalance();
    }

    [Fact]
    public void Every_step_of_every_state_has_a_scene() =>
        Assert.Equal(
            RefundFlow
                .Edges.Keys.Select(edge => RefundPlaces.Name(edge.From, edge.Step))
                .Append(RefundPlaces.Admission)
                .Append(RefundPlaces.AdmissionTogether)
                .Order(StringComparer.Ordinal),
            KillScenes.Commits.Keys.Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Every_other_place_in_the_code_has_a_scene()
    {
        var written = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "services", "Refunds"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Reached().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["place"].Value);
        Assert.Equal(
            written.Distinct().Order(StringComparer.Ordinal),
            KillScenes.Moments.Keys.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Each_place_has_its_turn_and_only_one()
    {
        var turns = Enumerable.Range(2_026, Turns).Select(number => Turn.Of(All, Turns, number).ToList()).ToList();
        Assert.All(turns, places => Assert.InRange(places.Count, 9, 10));
        Assert.Equal(All.Order(StringComparer.Ordinal), turns.SelectMany(one => one).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("""KillPoint\.Reach\("(?<place>[a-z.-]+)"\)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reached();
}

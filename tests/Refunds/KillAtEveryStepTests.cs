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
    private static readonly string[] Boundaries = ["before-commit", "after-commit"];

    /// <summary>Set to 1 it has the places played too that others show.</summary>
    private static bool IsWhole => Environment.GetEnvironmentVariable("MOBILITY_EVERY_KILL") is "1";

    private static IEnumerable<string> All =>
        KillScenes
            .Commits.Keys.SelectMany(commit => Boundaries.Select(boundary => $"{commit}.{boundary}"))
            .Concat(KillScenes.Moments.Keys);

    public static TheoryData<string> Places() =>
        [.. All.Where(place => IsWhole || !KillScenes.Left.ContainsKey(place))];

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
    public void Every_other_place_in_the_code_has_a_scene_and_what_is_not_played_has_a_reason()
    {
        var written = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "services", "Refunds"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Reached().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["place"].Value);
        Assert.Equal(
            written.Distinct().Order(StringComparer.Ordinal),
            KillScenes.Moments.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Subset(All.ToHashSet(StringComparer.Ordinal), KillScenes.Left.Keys.ToHashSet(StringComparer.Ordinal));
        Assert.All(KillScenes.Left.Values, Assert.NotEmpty);
    }

    [GeneratedRegex("""KillPoint\.Reach\("(?<place>[a-z.-]+)"\)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reached();
}

using System.Globalization;

namespace Mobility.Tests.Support;

/// <summary>
/// Cases that are too many for each run take turns: a run plays those whose turn its commit is, so that a commit is
/// always asked the same and the next ones the others (docs/decisions/0017-turns.md).
/// </summary>
public static class Turn
{
    /// <summary>Variable with the number that says whose turn it is; where there is none, all are played.</summary>
    public const string Variable = "MOBILITY_TURN";

    /// <summary>Those of a list whose turn it is in this run.</summary>
    public static IEnumerable<T> Of<T>(IEnumerable<T> all, int turns) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
            ? Of(all, turns, int.Parse(text, CultureInfo.InvariantCulture))
            : all;

    /// <summary>Every so many of a list, beginning where the number says.</summary>
    public static IEnumerable<T> Of<T>(IEnumerable<T> all, int turns, int number) =>
        all.Where((_, place) => place % turns == number % turns);
}

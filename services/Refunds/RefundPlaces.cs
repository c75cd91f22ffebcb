using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What the commit of each step is called where a scenario ends the process around it: the state and the step,
/// such as unconfirmed-dispatch-again.</summary>
public static partial class RefundPlaces
{
    /// <summary>A commit of admission, whatever was decided.</summary>
    public const string Admission = "admission";

    /// <summary>One of several requests.</summary>
    public const string AdmissionTogether = "admission-together";

    // No two steps lead from one state to the same other one.
    private static readonly FrozenDictionary<(RefundState From, RefundState To), string> Names =
        RefundFlow.Edges.ToFrozenDictionary(
            edge => (edge.Key.From, edge.Value.To),
            edge => Name(edge.Key.From, edge.Key.Step)
        );

    /// <summary>Null for what is no single step of the table.</summary>
    public static string? Of(RefundState from, RefundState to) => Names.GetValueOrDefault((from, to));

    public static string Name(RefundState from, RefundStep step) =>
        WordStart().Replace($"{from}{step}", "-$0").TrimStart('-').ToLowerInvariant();

    [GeneratedRegex("[A-Z]", RegexOptions.None, 1000)]
    private static partial Regex WordStart();
}

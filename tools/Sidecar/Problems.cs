namespace Mobility.Sidecar;

/// <summary>Collects everything wrong with a start, so that the operator corrects it in one go.</summary>
public sealed class Problems
{
    private readonly List<string> _all = [];

    /// <summary>One sentence per problem, in the order found.</summary>
    public IReadOnlyList<string> All => _all;

    /// <summary>Adds one problem.</summary>
    /// <param name="where">Flag, or file and resource.</param>
    /// <param name="what">What is wrong, in words that name the value.</param>
    public void Add(string where, string what)
    {
        // Several app ids read the same folder: one mistake is told once.
        string problem = $"{where}: {what}";
        if (!_all.Contains(problem, StringComparer.Ordinal))
            _all.Add(problem);
    }
}

namespace Mobility.Tests.Tidy;

/// <summary>The lists of members beside this file; '#' begins a comment.</summary>
internal static class StandInList
{
    public static IEnumerable<string> Lines(string name)
    {
        var assembly = typeof(StandInList).Assembly;
        var resource = assembly
            .GetManifestResourceNames()
            .Single(full => full.EndsWith(name, StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        while (reader.ReadLine() is { } line)
        {
            var content = line.Split('#')[0].TrimEnd();
            if (content.Length > 0)
            {
                yield return content;
            }
        }
    }
}

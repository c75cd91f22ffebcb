namespace Mobility.Launcher;

/// <summary>Lines up cells in columns for a terminal.</summary>
public static class Table
{
    /// <summary>One line per row; the first row is the heading and is underlined.</summary>
    public static string Of(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Count).Select(i => rows.Max(row => row[i].Length)).ToArray();
        var lines = rows.Select(row => Line(row, widths)).ToList();
        lines.Insert(1, Line(widths.Select(width => new string('-', width)).ToArray(), widths));
        return string.Join('\n', lines);
    }

    private static string Line(IReadOnlyList<string> cells, int[] widths) =>
        string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd();

    /// <summary>The table of what runs where.</summary>
    public static string Of(IReadOnlyList<PartState> parts) =>
        Of([
            ["part", "pid", "restarts", "state", "addresses"],
            .. parts.Select(Row),
        ]);

    private static string[] Row(PartState part) =>
        [part.Name, $"{part.Pid}", $"{part.Restarts}", part.State, string.Join("  ", part.Addresses)];
}

using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Mobility.Bench;

/// <summary>
/// The statements of one transaction, in a form in which a service's and a pgbench script's can be compared: a blank
/// between words, `$` for every parameter. In a script a parameter is `:name`, or an expression between `/*$*/` and
/// `/**/`, because pgbench has numbers only.
/// </summary>
public static partial class SqlText
{
    /// <summary>First 16 hexadecimal digits of the SHA-256 of the statements.</summary>
    public static string Hash(IReadOnlyList<string> statements) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', statements))))[..16];

    /// <summary>The statements of a script.</summary>
    public static IReadOnlyList<string> OfScript(string text)
    {
        var lines = text.Split('\n')
            .Where(line => !line.StartsWith('\\') && !line.StartsWith("--", StringComparison.Ordinal));
        var sql = Expression().Replace(string.Join('\n', lines), "$");
        return [.. sql.Split(';').Select(Plain).Where(statement => statement.Length > 0)];
    }

    /// <summary>
    /// What PostgreSQL executes on that database while the action runs, by its own log, from the first BEGIN after the
    /// marker to the next COMMIT of the same connection that contains the words.
    /// </summary>
    /// <param name="admin">The superuser.</param>
    /// <param name="logFile">The server's log.</param>
    /// <param name="words">Part of a statement of the transaction that is meant.</param>
    /// <param name="run">Asks for one such transaction.</param>
    public static async Task<IReadOnlyList<string>> Traced(
        NpgsqlDataSource admin,
        string logFile,
        string words,
        Func<Task> run
    )
    {
        await Set(admin, """ALTER SYSTEM SET log_statement = 'all'""");
        try
        {
            await run();
        }
        finally
        {
            await Set(admin, """ALTER SYSTEM RESET log_statement""");
        }
        return Transactions(await File.ReadAllTextAsync(logFile))
            .Last(transaction => transaction.Any(s => s.Contains(words, StringComparison.Ordinal)));
    }

    /// <summary>The transactions in a log, in the order in which they ended.</summary>
    public static IEnumerable<IReadOnlyList<string>> Transactions(string log)
    {
        var open = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (Match entry in Entry().Matches(log))
        {
            var statement = Plain(entry.Groups["sql"].Value);
            var own = open.TryGetValue(entry.Groups["pid"].Value, out var known) ? known : [];
            open[entry.Groups["pid"].Value] = own;
            if (statement.StartsWith("BEGIN", StringComparison.Ordinal))
            {
                own.Clear();
            }
            own.Add(statement);
            if (statement == "COMMIT")
            {
                yield return [.. own];
                own.Clear();
            }
        }
    }

    private static async Task Set(NpgsqlDataSource admin, string statement)
    {
        await using var setting = admin.CreateCommand(statement);
        await setting.ExecuteNonQueryAsync();
        await using var reload = admin.CreateCommand("""SELECT pg_reload_conf()""");
        await reload.ExecuteNonQueryAsync();
        // The postmaster tells its backends by a signal; each looks before its next statement.
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
    }

    private static string Plain(string statement) => Blanks().Replace(Parameter().Replace(statement, "$"), " ").Trim();

    [GeneratedRegex(@"\$\d+|(?<!:):[a-z_]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Blanks();

    [GeneratedRegex(@"/\*\$\*/.*?/\*\*/", RegexOptions.CultureInvariant | RegexOptions.Singleline, 1000)]
    private static partial Regex Expression();

    /// <summary>`time [pid] database LOG:  execute name: sql`; the lines of a statement after its first begin with a
    /// tabulator.</summary>
    [GeneratedRegex(
        @"^\S+ \S+ \S+ \[(?<pid>\d+)\] \S+ LOG:  (statement|execute [^:]*): (?<sql>.*(\n\t.*)*)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        10_000
    )]
    private static partial Regex Entry();
}

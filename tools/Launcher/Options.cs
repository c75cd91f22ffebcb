namespace Mobility.Launcher;

/// <summary>The command line is wrong; the message is for the person who typed it.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Options of a command line: `--name value`, `--name=value` or the flag `--name`.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string?> given = new(StringComparer.Ordinal);

    public static Options Parse(IEnumerable<string> args)
    {
        var options = new Options();
        string? last = null;
        foreach (var arg in args)
        {
            if (arg.StartsWith("--", StringComparison.Ordinal))
            {
                var parts = arg[2..].Split('=', 2);
                last = parts.Length == 1 ? parts[0] : null;
                options.given[parts[0]] = parts.Length == 1 ? null : parts[1];
            }
            else if (last is not null)
            {
                options.given[last] = arg;
                last = null;
            }
            else
            {
                throw new UsageException($"unexpected `{arg}`");
            }
        }
        return options;
    }

    /// <summary>The value of an option, once; null when it was not given.</summary>
    public string? Take(string name)
    {
        if (!given.Remove(name, out var value))
        {
            return null;
        }
        return value ?? throw new UsageException($"--{name} needs a value");
    }

    /// <summary>Was it given, and not taken yet?</summary>
    public bool Has(string name) => given.ContainsKey(name);

    /// <summary>Whether a flag was given.</summary>
    public bool TakeFlag(string name)
    {
        if (!given.Remove(name, out var value))
        {
            return false;
        }
        return value is null ? true : throw new UsageException($"--{name} takes no value");
    }

    /// <summary>Refuses what nobody took.</summary>
    public void Done()
    {
        if (given.Count > 0)
        {
            throw new UsageException($"unknown option --{given.Keys.First()}");
        }
    }
}

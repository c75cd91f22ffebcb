namespace Mobility.Launcher;

/// <summary>How one child process is started and stopped.</summary>
/// <param name="Name">Short name; also the name of its log.</param>
/// <param name="File">Executable.</param>
/// <param name="Arguments">Its arguments, unquoted.</param>
public sealed record ChildSpec(string Name, string File, IReadOnlyList<string> Arguments)
{
    /// <summary>Variables added to the launcher's own; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Folder it starts in; null = the launcher's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>User it runs as; null = the launcher's. Only root can name another.</summary>
    public string? User { get; init; }

    /// <summary>Signal the kernel sends it when the launcher dies.</summary>
    public string DeathSignal { get; init; } = "KILL";

    /// <summary>Signal that asks it to end in good order.</summary>
    public int StopSignal { get; init; } = Signals.Terminate;

    /// <summary>Signal that ends it when <see cref="StopSignal"/> did not within 10 s.</summary>
    public int HardSignal { get; init; } = Signals.Kill;

    /// <summary>File that receives its output; null = the output is dropped.</summary>
    public string? LogFile { get; init; }

    /// <summary>The command line of setpriv that starts it with its user and death signal.</summary>
    public IEnumerable<string> SetprivArguments()
    {
        if (User is not null)
        {
            yield return $"--reuid={User}";
            yield return $"--regid={User}";
            yield return "--init-groups";
        }
        yield return "--pdeathsig";
        yield return DeathSignal;
        yield return "--";
        yield return File;
        foreach (var argument in Arguments)
        {
            yield return argument;
        }
    }
}

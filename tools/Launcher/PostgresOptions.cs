namespace Mobility.Launcher;

/// <summary>How a private PostgreSQL is set up.</summary>
/// <param name="Folder">Its folder; made when missing, used again when present.</param>
public sealed record PostgresOptions(string Folder)
{
    /// <summary>TCP port on 127.0.0.1; 0 = any free one.</summary>
    public int Port { get; init; }

    /// <summary>False only for tests: quicker, and loses data when the machine (not the process) fails.</summary>
    public bool Fsync { get; init; } = true;

    /// <summary>File that receives the server's output; null = `server.log` in the folder.</summary>
    public string? LogFile { get; init; }

    /// <summary>Further settings as `name=value`: they count more than those of every server.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}

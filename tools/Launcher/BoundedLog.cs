namespace Mobility.Launcher;

/// <summary>A log file that never exceeds its limit: at the limit it becomes `.1` (replacing the last one) and starts
/// anew.</summary>
public sealed class BoundedLog : IDisposable
{
    public const long DefaultLimit = 20 * 1024 * 1024;
    private readonly Lock gate = new();
    private readonly string path;
    private readonly long limit;
    private FileStream file;

    /// <summary>Opens the log.</summary>
    /// <param name="path">File to append to; its folder is made.</param>
    /// <param name="limit">Bytes.</param>
    public BoundedLog(string path, long limit = DefaultLimit)
    {
        this.path = path;
        this.limit = limit;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        file = Open();
    }

    /// <summary>Appends bytes and hands them to the operating system.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (file.Length + bytes.Length > limit && file.Length > 0)
            {
                file.Dispose();
                try
                {
                    File.Move(path, path + ".1", overwrite: true);
                }
                finally
                {
                    file = Open();
                }
            }
            file.Write(bytes);
            file.Flush();
        }
    }

    /// <summary>Copies a stream into the log until it ends; with no log, or where the disk is full, it is only
    /// drained: a child whose pipe is full would stand still.</summary>
    public static async Task Pump(Stream from, BoundedLog? log)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer)) > 0)
            {
                TryWrite(log, buffer.AsSpan(0, read));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The pipe ends with its process; what was read is written.
        }
    }

    private static void TryWrite(BoundedLog? log, ReadOnlySpan<byte> bytes)
    {
        try
        {
            log?.Write(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // These bytes are lost; the next ones may find room again.
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            file.Dispose();
        }
    }

    private FileStream Open() => new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
}

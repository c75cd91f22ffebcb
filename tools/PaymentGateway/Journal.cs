using System.Text;
using System.Text.Json;

namespace Mobility.PaymentGateway;

/// <summary>
/// An append-only file of JSON lines. A line is on disk (fsync) before Append returns, so what a client was told
/// outlives a kill and a power cut. One process per file: the file is opened exclusively.
/// </summary>
public sealed class Journal<T> : IDisposable
    where T : class
{
    private readonly FileStream? file;
    private long end;

    private Journal(FileStream? file, IReadOnlyList<T> lines)
    {
        this.file = file;
        end = file?.Length ?? 0;
        Lines = lines;
    }

    /// <summary>The lines found at start, oldest first.</summary>
    public IReadOnlyList<T> Lines { get; }

    /// <summary>Keeps no line: for books that end with their process.</summary>
    public static Journal<T> InMemory() => new(null, []);

    public static Journal<T>? Open(string directory, string name, List<string> errors)
    {
        var path = Path.Combine(directory, name);
        FileStream? opened = null;
        try
        {
            Directory.CreateDirectory(directory);
            opened = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new Journal<T>(opened, Load(opened));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            opened?.Dispose();
            errors.Add($"--data: {path} cannot be used: {failure.Message}");
            return null;
        }
    }

    public void Append(T line)
    {
        if (file is null)
        {
            return;
        }
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, Json.Options), (byte)'\n'];
        if (file.Length != end)
        {
            // What a failed write left behind must not stand in front of this line.
            file.SetLength(end);
        }
        file.Position = end;
        file.Write(bytes);
        file.Flush(flushToDisk: true);
        end += bytes.Length;
    }

    public void Dispose() => file?.Dispose();

    private static List<T> Load(FileStream stream)
    {
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var lines = new List<T>();
        var start = 0;
        for (var stop = bytes.AsSpan().IndexOf((byte)'\n'); stop >= 0; )
        {
            lines.Add(Parse(bytes.AsSpan(start, stop), lines.Count + 1));
            start += stop + 1;
            stop = bytes.AsSpan(start).IndexOf((byte)'\n');
        }
        // A line without its end was being written when the process died: its reply was never sent, so it never was.
        stream.SetLength(start);
        return lines;
    }

    private static T Parse(ReadOnlySpan<byte> line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Json.Options) ?? throw new JsonException("null");
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"line {number} is damaged: '{Encoding.UTF8.GetString(line)}'", failure);
        }
    }
}

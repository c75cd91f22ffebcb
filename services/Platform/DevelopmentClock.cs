using System.IO.MemoryMappedFiles;

namespace Mobility.Platform;

/// <summary>
/// A clock that a scenario moves on: the machine's, plus what a file says, which every process of one development
/// system shares. Timers keep the machine's pace. The file is 8 bytes, little-endian ticks of 100 ns.
/// </summary>
public sealed class DevelopmentClock : TimeProvider, IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    /// <summary>Opens the file; one that is missing begins at the machine's time.</summary>
    public DevelopmentClock(string path)
    {
        file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, mapName: null, sizeof(long));
        view = file.CreateViewAccessor(0, sizeof(long));
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(view.ReadInt64(0));

    /// <summary>Moves every process's clock to the time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time lies before the present one: rows would come from the
    /// future.</exception>
    public void MoveTo(DateTimeOffset time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, GetUtcNow());
        view.Write(0, (time - System.GetUtcNow()).Ticks);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }
}

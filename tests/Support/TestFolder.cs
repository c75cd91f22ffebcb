namespace Mobility.Tests.Support;

/// <summary>
/// One folder for everything that a test run writes. The test host is killed rather than ended, so nothing can be
/// relied on to remove it: the next run removes the folders whose run is over.
/// </summary>
public static class TestFolder
{
    private const string Prefix = "mobility-tests-";
    private static readonly Lazy<string> Made = new(Make);
    private static FileStream? held;
    private static int counter;

    /// <summary>A new folder of this run that every user may enter, PostgreSQL's too.</summary>
    public static string New(string name)
    {
        var folder = Path.Combine(Made.Value, $"{name}-{Interlocked.Increment(ref counter)}");
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        return folder;
    }

    private static string Make()
    {
        foreach (var left in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            RemoveIfOver(left);
        }
        var folder = Directory.CreateTempSubdirectory(Prefix).FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        held = new FileStream(LockOf(folder), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        return folder;
    }

    private static void RemoveIfOver(string folder)
    {
        try
        {
            if (File.Exists(LockOf(folder)))
            {
                new FileStream(LockOf(folder), FileMode.Open, FileAccess.Write, FileShare.None).Dispose();
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.WriteLine($"{folder} is of another run: {e.Message}");
        }
    }

    private static string LockOf(string folder) => Path.Combine(folder, "lock");
}

namespace Mobility.Tests.Support;

/// <summary>Where the checkout is that these tests were built from.</summary>
public static class Repository
{
    /// <summary>Folder that holds Mobility.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Mobility.sln")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new InvalidOperationException("no Mobility.sln above the tests");
    }
}

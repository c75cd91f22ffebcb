using System.Security.Cryptography;

namespace Mobility.Launcher;

/// <summary>
/// The folder of a server that is not ours and may run as a user of its own, because it refuses root. A folder that
/// this user cannot reach is replaced by one under the temp folder, which the file `location` remembers.
/// </summary>
internal static class ServerFolder
{
    private const string LocationFile = "location";

    /// <summary>The user that a server runs as: its package's when we are root, else our own (null).</summary>
    public static string? UserWhenRoot(string packagesUser) =>
        System.Environment.UserName == "root" ? packagesUser : null;

    /// <summary>Finds or makes the folder that the server can use; the prefix begins the name of one under the temp
    /// folder.</summary>
    public static async Task<string> Place(string folder, string? user, string prefix, CancellationToken token)
    {
        var location = Path.Combine(folder, LocationFile);
        if (File.Exists(location))
        {
            return (await File.ReadAllTextAsync(location, token)).Trim();
        }
        var isNew = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        await GiveTo(user, [folder], token);
        if ((await Command.Run("test", ["-x", folder, "-a", "-w", folder], user, token)).ExitCode == 0)
        {
            return folder;
        }
        if (isNew)
        {
            await Command.Must("chown", ["root:root", folder], token: token);
        }
        var elsewhere = Directory.CreateTempSubdirectory(prefix).FullName;
        await GiveTo(user, [elsewhere], token);
        await File.WriteAllTextAsync(location, elsewhere + "\n", token);
        return elsewhere;
    }

    /// <summary>Where the data of a folder lie that was placed before.</summary>
    public static string Placed(string folder)
    {
        var location = Path.Combine(folder, LocationFile);
        return File.Exists(location) ? File.ReadAllText(location).Trim() : folder;
    }

    /// <summary>Deletes the folder and the one under the temp folder that it points to.</summary>
    public static void Delete(string folder)
    {
        foreach (var path in new[] { Placed(folder), folder }.Where(Directory.Exists))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>Makes the server's user the owner, and nobody else a reader.</summary>
    public static async Task GiveTo(string? user, IReadOnlyList<string> paths, CancellationToken token)
    {
        if (user is not null)
        {
            await Command.Must("chown", [$"{user}:{user}", .. paths], token: token);
        }
        await Command.Must("chmod", ["u=rwX,go=", .. paths], token: token);
    }

    /// <summary>A random secret in a file of mode 0600, made at the first call.</summary>
    public static async Task<string> ReadOrMakeSecret(string file, string? user, CancellationToken token)
    {
        if (!File.Exists(file))
        {
            await WritePrivate(file, RandomNumberGenerator.GetHexString(48, lowercase: true), token);
            await GiveTo(user, [file], token);
        }
        return (await File.ReadAllTextAsync(file, token)).Trim();
    }

    /// <summary>A new file that nobody else can read, not even while it is written.</summary>
    public static async Task WritePrivate(string file, string text, CancellationToken token)
    {
        File.Delete(file);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using var writer = new StreamWriter(file, options);
        await writer.WriteAsync(text.AsMemory(), token);
    }
}

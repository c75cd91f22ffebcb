namespace Mobility.Launcher;

/// <summary>
/// A copy of the checkout with one patch, and a build of its own: the services that the patch changes are compiled, the
/// tests and the rest are those that were built already. They meet as assemblies, so a patch that changes a signature
/// breaks its tests instead of turning them red.
/// </summary>
public static class MuseumCopy
{
    /// <summary>Makes it in the folder, in place of what lies there.</summary>
    /// <exception cref="InvalidOperationException">The patch does not fit, or what it makes does not
    /// build.</exception>
    public static async Task Make(string root, string copy, Exhibit exhibit, CancellationToken token)
    {
        if (Directory.Exists(copy))
        {
            Directory.Delete(copy, recursive: true);
        }
        await CopyTree(root, copy, token);
        await Apply(copy, exhibit.PatchFile(root), token);
        var services = Exhibit.ServicesOf(await File.ReadAllTextAsync(exhibit.PatchFile(root), token));
        await LinkBuilds(root, copy, [.. services.Select(service => $"Mobility.{service}")], token);
        foreach (var service in services)
        {
            await Build(copy, service, token);
        }
    }

    /// <summary>Brings over what is built, for the projects that are not built anew.</summary>
    private static async Task LinkBuilds(string root, string copy, HashSet<string> anew, CancellationToken token)
    {
        var (from, to) = (Path.Combine(root, "artifacts"), Path.Combine(copy, "artifacts"));
        foreach (var project in Directory.EnumerateDirectories(Path.Combine(from, "bin")).Select(Path.GetFileName))
        {
            if (anew.Contains(project!))
            {
                continue;
            }
            // Hard links: a build is hundreds of megabytes, and nothing writes over these.
            Directory.CreateDirectory(Path.Combine(to, "bin"));
            await Command.Must(
                "cp",
                ["-al", Path.Combine(from, "bin", project!), Path.Combine(to, "bin")],
                token: token
            );
            var surface = Path.Combine("obj", project!, "debug", "ref");
            if (Directory.Exists(Path.Combine(from, surface)))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, surface))!);
                await Command.Must("cp", ["-a", Path.Combine(from, surface), Path.Combine(to, surface)], token: token);
            }
        }
    }

    /// <summary>Where the build of a part of a checkout lies.</summary>
    public static string Built(string checkout, string part) =>
        Path.Combine(checkout, "artifacts", "bin", $"Mobility.{part}", "debug");

    private static async Task CopyTree(string root, string copy, CancellationToken token)
    {
        string[] listing = ["-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        var files = await Command.Must("git", listing, token: token);
        foreach (var path in files.Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal))
        {
            var from = Path.Combine(root, path);
            if (File.Exists(from))
            {
                var to = Path.Combine(copy, path);
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(from, to);
            }
        }
    }

    /// <summary>Applies a patch to a folder that is no checkout of its own.</summary>
    private static Task Apply(string folder, string patch, CancellationToken token) =>
        Command.Must(
            "git",
            ["-C", folder, "apply", patch],
            token: token,
            // Inside another checkout git would look for the paths there, find none and say nothing.
            environment: new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(folder),
            }
        );

    private static async Task Build(string copy, string service, CancellationToken token)
    {
        await Command.Must(
            "dotnet",
            [
                "build",
                Path.Combine(copy, "services", service),
                "-c",
                "Debug",
                "-v",
                "q",
                "--nologo",
                "-p:UseSharedCompilation=false",
                "-p:BuildProjectReferences=false",
                // The checkout's packages are those that are there; a bug need not be in good style.
                "-p:NuGetAudit=false",
                "-p:RunAnalyzers=false",
                "-p:EnforceCodeStyleInBuild=false",
                "-p:GenerateDocumentationFile=false",
                "-p:TreatWarningsAsErrors=false",
            ],
            token: token
        );
        var name = $"Mobility.{service}";
        foreach (var file in new[] { $"{name}.dll", $"{name}.pdb" })
        {
            var place = Path.Combine(Built(copy, "Tests"), file);
            File.Delete(place);
            File.Copy(Path.Combine(Built(copy, service), file), place);
        }
    }
}

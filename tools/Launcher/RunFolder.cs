using System.Security.Cryptography;
using System.Text.Json;
using Mobility.Platform;
using Mobility.Platform.Auth;

namespace Mobility.Launcher;

/// <summary>
/// The folder of one running system (`.run`): `state.json`, `secrets/`, `logs/`, the data of PostgreSQL and of the
/// payment gateway, and the files that the services are started with.
/// </summary>
public sealed record RunFolder(string Path)
{
    /// <summary>Issuer name of the development tokens.</summary>
    public const string DevelopmentIssuer = "https://development.mobility.invalid";

    /// <summary>EAGAIN: somebody else has the lock.</summary>
    private const int TryAgain = 11;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    public string Postgres => In("postgres");
    public string Rabbit => In("rabbitmq");
    public string Gateway => In("gateway");

    /// <summary>Dapr resources of a system with RabbitMQ.</summary>
    public string Resources => In("resources");

    public string Issuers => In("issuers.json");
    public string Clients => In("clients.json");

    /// <summary>File of the clock that a scenario moves, shared by every process of this system.</summary>
    public string Clock => In("clock");

    /// <summary>Last day of the rota that the system was filled with; missing until it was.</summary>
    public string Seeded => In("seeded");

    /// <summary>File to which messages to people are written too, a JSON line each.</summary>
    public string Messages => In("messages.jsonl");

    /// <summary>Folder in which a chaos run arms the places where a service kills itself.</summary>
    public string KillPoints => In("kill-points");

    /// <summary>Folder with versions of the public holidays that are newer than those of the build.</summary>
    public string Holidays => In("holidays");

    /// <summary>Private key (PEM) of the development issuer.</summary>
    public string IssuerKey => In("secrets", "dev-issuer.pem");

    private string StateFile => In("state.json");

    /// <summary>Log of a part.</summary>
    public string Log(string part) => In("logs", part + ".log");

    /// <summary>Makes what is missing: folders, secrets, the key pair of the development issuer, the clients.</summary>
    /// <param name="clients">File of the clients to serve.</param>
    public void Prepare(string clients)
    {
        Directory.CreateDirectory(Path);
        foreach (var own in new[] { "secrets", "logs", "gateway", "kill-points", "holidays" })
        {
            Directory.CreateDirectory(In(own), UserOnly | UnixFileMode.UserExecute);
        }
        // A chaos run that was broken off must not hit the next system.
        ClearKillPoints();
        File.Copy(clients, Clients, overwrite: true);
        // The file that is missing begins at the machine's time.
        new DevelopmentClock(Clock).Dispose();
        if (!File.Exists(Messages))
        {
            WritePrivate(Messages, "");
        }
        WriteIssuer();
    }

    /// <summary>Disarms every kill point, and forgets which fired.</summary>
    public void ClearKillPoints()
    {
        foreach (var file in Directory.GetFiles(KillPoints))
        {
            File.Delete(file);
        }
    }

    /// <summary>Puts the topology of the checkout and its component of RabbitMQ into one folder: daprd reads no folder
    /// in a folder.</summary>
    /// <param name="components">`dapr-components` of the checkout.</param>
    public void PrepareResources(string components)
    {
        if (Directory.Exists(Resources))
        {
            Directory.Delete(Resources, recursive: true);
        }
        Directory.CreateDirectory(Resources);
        foreach (var name in new[] { "subscriptions.yaml", "resiliency.yaml", "config.yaml" })
        {
            File.Copy(System.IO.Path.Combine(components, name), System.IO.Path.Combine(Resources, name));
        }
        File.Copy(
            System.IO.Path.Combine(components, "rabbitmq", "pubsub.yaml"),
            System.IO.Path.Combine(Resources, "pubsub.yaml")
        );
    }

    /// <summary>A random secret, made at the first call; a file of mode 0600.</summary>
    public string Secret(string name) => Kept(name, () => RandomNumberGenerator.GetHexString(48, lowercase: true));

    /// <summary>A random key of 32 bytes in base 64, made at the first call; a file of mode 0600.</summary>
    public string Key(string name) => Kept(name, () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Takes the folder for this process until disposed or dead; null when another process has it.</summary>
    public IDisposable? TryLock()
    {
        try
        {
            return new FileStream(In("lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException e) when (e.HResult == TryAgain)
        {
            return null;
        }
    }

    /// <summary>What runs, or ran last; null when nothing ever did.</summary>
    public RunState? ReadState() =>
        File.Exists(StateFile) ? JsonSerializer.Deserialize<RunState>(File.ReadAllText(StateFile), Json) : null;

    /// <summary>Replaces the state file at once, so that a reader sees the old or the new one.</summary>
    public void WriteState(RunState state)
    {
        WritePrivate(StateFile, JsonSerializer.Serialize(state, Json));
    }

    private const UnixFileMode UserOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private void WriteIssuer()
    {
        var publicKey = In("dev-issuer.pub.pem");
        if (IsMissing(IssuerKey))
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            WritePrivate(IssuerKey, key.ExportPkcs8PrivateKeyPem() + "\n");
        }
        using var pair = ECDsa.Create();
        pair.ImportFromPem(File.ReadAllText(IssuerKey));
        File.WriteAllText(publicKey, pair.ExportSubjectPublicKeyInfoPem() + "\n");
        var issuer = new
        {
            Issuer = DevelopmentIssuer,
            PublicKeyFiles = new[] { publicKey },
            Roles = Roles.Names,
            Clients = new[] { "*" },
            Development = true,
        };
        File.WriteAllText(Issuers, JsonSerializer.Serialize(new { Issuers = new[] { issuer } }, Json));
    }

    private string Kept(string name, Func<string> make)
    {
        var file = In("secrets", name);
        if (IsMissing(file))
        {
            WritePrivate(file, make() + "\n");
        }
        return File.ReadAllText(file).Trim();
    }

    /// <summary>An empty file is what a full disk leaves behind.</summary>
    private static bool IsMissing(string file) => new FileInfo(file) is { Exists: false } or { Length: 0 };

    /// <summary>Written beside its place and then moved there: nobody finds half of it.</summary>
    private static void WritePrivate(string file, string text)
    {
        var next = file + ".new";
        File.Delete(next);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UserOnly,
        };
        using (var writer = new StreamWriter(next, options))
        {
            writer.Write(text);
        }
        File.Move(next, file, overwrite: true);
    }

    private string In(params string[] names) => System.IO.Path.Combine([System.IO.Path.GetFullPath(Path), .. names]);
}

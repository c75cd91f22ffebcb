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

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    public string Postgres => In("postgres");
    public string Gateway => In("gateway");
    public string Issuers => In("issuers.json");
    public string Clients => In("clients.json");

    /// <summary>File of the clock that a scenario moves, shared by every process of this system.</summary>
    public string Clock => In("clock");

    /// <summary>Last day of the rota that the system was filled with; missing until it was.</summary>
    public string Seeded => In("seeded");

    /// <summary>File to which messages to people are written too, a JSON line each.</summary>
    public string Messages => In("messages.jsonl");

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
        foreach (var own in new[] { "secrets", "logs", "gateway" })
        {
            Directory.CreateDirectory(In(own), UserOnly | UnixFileMode.UserExecute);
        }
        File.Copy(clients, Clients, overwrite: true);
        // The file that is missing begins at the machine's time.
        new DevelopmentClock(Clock).Dispose();
        WriteIssuer();
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
        catch (IOException)
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
        var next = StateFile + ".new";
        File.Delete(next);
        WritePrivate(next, JsonSerializer.Serialize(state, Json));
        File.Move(next, StateFile, overwrite: true);
    }

    private const UnixFileMode UserOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private void WriteIssuer()
    {
        var publicKey = In("dev-issuer.pub.pem");
        if (!File.Exists(IssuerKey))
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
        if (!File.Exists(file))
        {
            WritePrivate(file, make() + "\n");
        }
        return File.ReadAllText(file).Trim();
    }

    private static void WritePrivate(string file, string text)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UserOnly,
        };
        using var writer = new StreamWriter(file, options);
        writer.Write(text);
    }

    private string In(params string[] names) => System.IO.Path.Combine([System.IO.Path.GetFullPath(Path), .. names]);
}

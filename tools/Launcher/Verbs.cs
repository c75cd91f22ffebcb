using System.Globalization;
using Mobility.Platform;
using Mobility.Platform.Auth;

namespace Mobility.Launcher;

/// <summary>What `./mobility` hands to this program: the verb and its options.</summary>
internal static class Verbs
{
    public static async Task<int> Run(string[] args)
    {
        var verb = args.Length == 0 ? "help" : args[0];
        try
        {
            var options = Options.Parse(args.Skip(1));
            var root = Path.GetFullPath(options.Take("root") ?? ".");
            var run = new RunFolder(Path.GetFullPath(options.Take("run") ?? Path.Combine(root, ".run")));
            return verb switch
            {
                "up" => await Up.Run(StackOptionsOf(options, root, run), Console.Out),
                "demo" => await PlayDemo(options, root, run),
                "soak" => await RunSoak(options, root, run),
                "stop-demo" => await RunStopDemo(options, root, run),
                "museum" => await RunMuseum(options, root),
                "reset" => Reset(options, run),
                "status" => Status(options, run),
                "token" => PrintToken(options, run),
                "call" => await Call(options, run),
                "now" => PrintNow(options, run),
                "backup" => await TakeBackup(options, run),
                "restore" => await TakeRestore(options, root, run),
                "republish" => await Republish(options, root, run),
                _ => throw new UsageException($"unknown verb `{verb}`; `./mobility` shows all"),
            };
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder of somebody else, a full disk: the message names the file.
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static StackOptions StackOptionsOf(Options options, string root, RunFolder run)
    {
        var resources = options.Take("resources");
        var rabbitMq = (options.Take("broker") ?? "memory") switch
        {
            "memory" => false,
            "rabbitmq" when resources is null => true,
            "rabbitmq" => throw new UsageException("--broker rabbitmq brings its resources: leave --resources out"),
            var other => throw new UsageException($"no broker `{other}`: memory, rabbitmq"),
        };
        var stack = new StackOptions(root, run.Path)
        {
            Parts = options.Take("only")?.Split(',') ?? StackOptions.AllParts,
            Resources = resources is null ? null : Path.GetFullPath(resources),
            Fsync = !options.TakeFlag("no-fsync"),
            RabbitMq = rabbitMq,
            Daprd = options.TakeFlag("daprd") ? Daprd.Find(resources, rabbitMq) : null,
        };
        options.Done();
        var unknown = stack.Parts.Except(StackOptions.AllParts, StringComparer.Ordinal).FirstOrDefault();
        return unknown is null
            ? stack
            : throw new UsageException($"no part `{unknown}`: {string.Join(',', StackOptions.AllParts)}");
    }

    private static async Task<int> PlayDemo(Options options, string root, RunFolder run)
    {
        if (options.TakeFlag("write-weekend"))
        {
            options.Done();
            await File.WriteAllTextAsync(Weekend.FileIn(root), WeekendMaker.Make().ToText());
            return 0;
        }
        try
        {
            var until = options.Take("until") is { } time ? WeekendTime.Parse(time) : (WeekendTime?)null;
            var wish = new DemoWish(until, options.TakeFlag("check-only"), Chaos: TakeNumber(options, "chaos"));
            if (wish is { CheckOnly: true, Chaos: not null })
            {
                throw new UsageException("--check-only plays nothing: leave --chaos out");
            }
            return await Demo.Run(StackOptionsOf(options, root, run), wish, Console.Out);
        }
        catch (FormatException e)
        {
            throw new UsageException($"--until: {e.Message}");
        }
    }

    private static async Task<int> RunSoak(Options options, string root, RunFolder run)
    {
        var first = TakeNumber(options, "from") ?? 1;
        if (TakeCount(options, "histories") is { } histories)
        {
            options.Done();
            return await new HistorySoak(root, Console.Out).Run(first, histories);
        }
        var count = TakeCount(options, "seeds") ?? Soak.UsualSeeds;
        return await Soak.Run(StackOptionsOf(options, root, run), first, count, Console.Out);
    }

    private static async Task<int> RunStopDemo(Options options, string root, RunFolder run)
    {
        var seconds = TakeNumber(options, "seconds") ?? StopDemo.UsualSeconds;
        var stops = TakeCount(options, "stops") ?? StopDemo.UsualStops;
        var wish = new StopWish(TimeSpan.FromSeconds(seconds), stops);
        return await StopDemo.Run(StackOptionsOf(options, root, run), wish, Console.Out);
    }

    private static async Task<int> RunMuseum(Options options, string root)
    {
        var only = options.Take("only")?.Split(',') ?? [];
        var one = options.TakeFlag("one");
        options.Done();
        return await new Museum(root, Console.Out).Run(only, one);
    }

    private static int? TakeNumber(Options options, string name) =>
        options.Take(name) is not { } text ? null
        : int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number
        : throw new UsageException($"--{name}: `{text}` is no whole number");

    private static int? TakeCount(Options options, string name) =>
        TakeNumber(options, name) is not 0 and var count ? count : throw new UsageException($"--{name}: at least 1");

    private static int Reset(Options options, RunFolder run)
    {
        options.Done();
        if (!Directory.Exists(run.Path))
        {
            Console.WriteLine("nothing to reset");
            return 0;
        }
        using var guard = run.TryLock();
        if (guard is null)
        {
            var pid = run.ReadState()?.LauncherPid;
            Console.Error.WriteLine(
                $"refused: pid {pid} runs from {run.Path}. Stop it first (Ctrl-C there, or kill {pid})"
            );
            return 1;
        }
        PrivatePostgres.Delete(run.Postgres);
        PrivateRabbit.Delete(run.Rabbit);
        Directory.Delete(run.Path, recursive: true);
        Console.WriteLine($"deleted {run.Path}");
        return 0;
    }

    private static int Status(Options options, RunFolder run)
    {
        options.Done();
        if (run.ReadState() is not { } state || !IsRunning(run))
        {
            Console.Error.WriteLine("nothing runs; `./mobility up` starts it");
            return 1;
        }
        Console.WriteLine(Table.Of(state.Parts));
        return 0;
    }

    private static bool IsRunning(RunFolder run)
    {
        using var guard = run.TryLock();
        return guard is null;
    }

    private static async Task<int> TakeBackup(Options options, RunFolder run)
    {
        var folder = options.Take("to") ?? throw new UsageException("--to FOLDER is missing");
        options.Done();
        if (!IsRunning(run))
        {
            throw new UsageException("nothing runs; `./mobility up` starts it");
        }
        return await Told(async () =>
        {
            var manifest = await Backup.Take(run, folder);
            Console.WriteLine(
                $"{manifest.Files.Count} databases in {Path.GetFullPath(folder)}; keep .run/secrets apart"
            );
        });
    }

    private static async Task<int> TakeRestore(Options options, string root, RunFolder run)
    {
        var folder = options.Take("from") ?? throw new UsageException("--from FOLDER is missing");
        var only = options.Take("only")?.Split(',') ?? [];
        options.Done();
        return await Told(() => Restore.Take(new StackOptions(root, run.Path), folder, only, Console.WriteLine));
    }

    private static async Task<int> Republish(Options options, string root, RunFolder run)
    {
        var service = options.Take("service") ?? throw new UsageException("--service is missing");
        options.Done();
        if (!StackOptions.ServiceNames.Contains(service, StringComparer.Ordinal))
        {
            throw new UsageException($"no service `{service}`: {string.Join(',', StackOptions.ServiceNames)}");
        }
        if (run.ReadState() is not { } state || !IsRunning(run))
        {
            throw new UsageException("nothing runs; `./mobility up` starts it");
        }
        var parts = new StackParts(new StackOptions(root, run.Path), run, state.Ports);
        var spec = parts.App(service, state.Services[service].Database);
        return await Told(async () =>
            Console.WriteLine((await Command.Must(spec.File, ["republish"], environment: spec.Environment)).Trim())
        );
    }

    private static async Task<int> Told(Func<Task> act)
    {
        try
        {
            await act();
            return 0;
        }
        catch (Exception e) when (e is InvalidOperationException or AlreadyRunningException or IOException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static int PrintToken(Options options, RunFolder run)
    {
        var token = TakeToken(options);
        options.Done();
        var signed = Sign(token, run);
        Console.Error.WriteLine($"{token.Subject}, valid for {token.Lifetime.TotalMinutes:0} minutes");
        Console.WriteLine(signed);
        return 0;
    }

    private static async Task<int> Call(Options options, RunFolder run)
    {
        var name = options.Take("rpc") ?? throw new UsageException("--rpc is missing");
        var method = RpcCall.Find(name) ?? throw new UsageException($"no RPC `{name}`: {RpcCall.Names}");
        // What asks for no token is called without a role.
        var token = options.Has("role") ? TakeToken(options) : null;
        var client = token?.Clients[0] ?? options.Take("client") ?? throw new UsageException("--client is missing");
        var request = RpcCall.Read(method, options.Take("json") ?? "{}", client);
        var field = options.Take("get");
        options.Done();
        var state = run.ReadState();
        return state is not null && IsRunning(run)
            ? await RpcCall.Run(method, request, state, token is null ? null : Sign(token, run), field)
            : throw new UsageException("nothing runs; `./mobility up` starts it");
    }

    private static Token TakeToken(Options options)
    {
        var role = options.Take("role") ?? throw new UsageException("--role is missing");
        var client = options.Take("client") ?? throw new UsageException("--client is missing");
        var person = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        if (options.Take("person") is { } given && !Guid.TryParse(given, out person))
        {
            throw new UsageException("--person takes a UUID");
        }
        if (!Roles.TryParse(role, out _))
        {
            throw new UsageException($"no role `{role}`: {string.Join(", ", Roles.Names)}");
        }
        var token = role == "rider" ? Token.Rider(client, person) : Token.Person(role, person, client);
        return token with { Vendor = options.Take("vendor") is { } vendor ? $"vendors/{vendor}" : null };
    }

    /// <summary>Seconds since 1970 by the clock of the system, which a demo moves.</summary>
    private static int PrintNow(Options options, RunFolder run)
    {
        options.Done();
        if (!File.Exists(run.Clock))
        {
            throw new UsageException("there is no system yet; `./mobility up` makes it");
        }
        using var clock = new DevelopmentClock(run.Clock);
        Console.WriteLine(clock.GetUtcNow().ToUnixTimeSeconds());
        return 0;
    }

    /// <summary>By the clock of the system, which a scenario may have moved.</summary>
    private static string Sign(Token token, RunFolder run)
    {
        if (!File.Exists(run.IssuerKey))
        {
            throw new UsageException("there is no issuer key yet; `./mobility up` makes it");
        }
        using var clock = new DevelopmentClock(run.Clock);
        return token.Sign(run.IssuerKey, clock);
    }
}

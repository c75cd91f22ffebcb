namespace Mobility.Sidecar.Options;

/// <summary>Turns daprd's flags, in groups separated by <c>--and</c>, into one <see cref="AppOptions"/> per app
/// id.</summary>
public static class CommandLine
{
    /// <summary>Parses; every flag that is unknown or wrong becomes a problem.</summary>
    public static IReadOnlyList<AppOptions> Parse(IReadOnlyList<string> args, Problems problems)
    {
        List<FlagGroup> groups = Read(args, problems);
        foreach (FlagGroup group in groups.Skip(1))
            group.Inherit(groups[0]);
        AppOptions[] apps = [.. groups.Select(Build)];
        CheckTogether(apps, problems);
        return apps;
    }

    private static List<FlagGroup> Read(IReadOnlyList<string> args, Problems problems)
    {
        var groups = new List<FlagGroup> { new("", problems) };
        for (int i = 0; i < args.Count; i++)
        {
            string arg = args[i];
            if (arg is "--and" or "-and")
            {
                groups.Add(new FlagGroup($"group {groups.Count + 1} ", problems));
                continue;
            }
            if (!arg.StartsWith('-') || arg.TrimStart('-').Length == 0)
            {
                problems.Add(arg, "not a flag");
                continue;
            }
            string body = arg.TrimStart('-');
            int equals = body.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? body : body[..equals];
            if (!Flag.All.TryGetValue(name, out Flag? flag))
                problems.Add($"--{name}", "unknown flag");
            else if (equals >= 0)
                groups[^1].Add(name, body[(equals + 1)..]);
            else if (flag.IsSwitch)
                groups[^1].Add(name, "true");
            else if (i + 1 < args.Count)
                groups[^1].Add(name, args[++i]);
            else
                problems.Add($"--{name}", "needs a value");
        }
        return groups;
    }

    private static AppOptions Build(FlagGroup group)
    {
        string appId = group.Text("app-id") ?? "";
        if (appId.Length == 0)
            group.Wrong("app-id", "is required");
        group.Only("app-protocol", "http");
        group.Only("mode", "standalone");
        group.Only("enable-mtls", "false");
        group.Only("app-ssl", "false");
        foreach (string name in (string[])["unix-domain-socket", "dapr-block-shutdown-duration"])
        {
            if (group.Text(name) is not null)
                group.Wrong(name, "is not supported by the local sidecar");
        }
        int appPort = group.Whole("app-port", 0, 0, 65535);
        return new AppOptions
        {
            AppId = appId,
            AppPort = appPort == 0 ? null : appPort,
            AppChannelAddress = group.Text("app-channel-address") ?? "127.0.0.1",
            AppMaxConcurrency = Math.Max(0, group.Whole("app-max-concurrency", -1, -1, 10_000)),
            HttpPort = group.Whole("dapr-http-port", 3500, 1, 65535),
            GrpcPort = group.Whole("dapr-grpc-port", 50001, 1, 65535),
            ListenAddresses = group.Addresses("dapr-listen-addresses"),
            ResourcePaths = [.. group.Many("resources-path"), .. group.Many("components-path")],
            ConfigFiles = group.Many("config"),
            MaxBodySize = group.BodySize(),
            GracefulShutdown = TimeSpan.FromSeconds(group.Whole("dapr-graceful-shutdown-seconds", 5, 0, 3600)),
            HealthCheck = BuildHealthCheck(group),
            TestFaults = BuildTestFaults(group),
        };
    }

    private static HealthCheckOptions? BuildHealthCheck(FlagGroup group)
    {
        string path = group.Text("app-health-check-path") ?? "/healthz";
        TimeSpan interval = TimeSpan.FromSeconds(group.Whole("app-health-probe-interval", 5, 1, 3600));
        TimeSpan timeout = TimeSpan.FromMilliseconds(group.Whole("app-health-probe-timeout", 500, 1, 3_600_000));
        int threshold = group.Whole("app-health-threshold", 3, 1, 1000);
        if (!group.Switch("enable-app-health-check", fallback: false))
            return null;
        if (timeout > interval)
            group.Wrong("app-health-probe-timeout", "must not be longer than the interval between probes");
        return new HealthCheckOptions(path.StartsWith('/') ? path : "/" + path, interval, timeout, threshold);
    }

    private static TestFaultOptions BuildTestFaults(FlagGroup group)
    {
        var kinds = TestFaultKinds.None;
        foreach (string text in group.Many("test-deliver").SelectMany(value => value.Split(',')))
        {
            TestFaultKinds kind = text.Trim() switch
            {
                "twice" => TestFaultKinds.Twice,
                "reorder" => TestFaultKinds.Reorder,
                "delay" => TestFaultKinds.Delay,
                "drop" => TestFaultKinds.Drop,
                _ => TestFaultKinds.None,
            };
            if (kind == TestFaultKinds.None)
                group.Wrong("test-deliver", $"'{text}' is none of twice, reorder, delay, drop");
            kinds |= kind;
        }
        return new TestFaultOptions(kinds, group.Whole("test-seed", 1, 0, int.MaxValue));
    }

    private static void CheckTogether(AppOptions[] apps, Problems problems)
    {
        foreach (IGrouping<string, AppOptions> same in apps.GroupBy(app => app.AppId).Where(g => g.Count() > 1))
            problems.Add("--app-id", $"'{same.Key}' is given to {same.Count()} groups");
        IEnumerable<int> ports = apps.SelectMany(app => (int[])[app.HttpPort, app.GrpcPort]);
        foreach (IGrouping<int, int> same in ports.GroupBy(port => port).Where(g => g.Count() > 1))
            problems.Add("--dapr-http-port, --dapr-grpc-port", $"{same.Key} is used {same.Count()} times");
    }
}

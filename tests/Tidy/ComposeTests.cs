using System.Text.RegularExpressions;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>
/// docker-compose.yml against what it stands for: the pages of the services, dapr-components/ and the Dockerfile. There
/// is no container engine where this was made, so what can be compared without one is compared here.
/// </summary>
public sealed partial class ComposeTests
{
    private static readonly string Raw = File.ReadAllText(Checkout.At("docker-compose.yml"));
    private static readonly Lazy<string> Understood = new(() =>
    {
        var (code, output) = ComposeFile.Config(Settings());
        Assert.True(code == 0, output);
        return output;
    });
    private static readonly Lazy<ComposeFile> Whole = new(() => ComposeFile.Read(Understood.Value));

    public static TheoryData<string> NamesBehind => Services.NamesBehind;

    public static TheoryData<string> Names => Services.Names;

    [Fact]
    public void Every_setting_is_asked_for_and_none_has_a_value_of_its_own()
    {
        var asked = Variable().Matches(Raw).Select(m => m.Groups["name"].Value).Distinct(StringComparer.Ordinal);
        var example = File.ReadLines(Checkout.At(".env.example")).Where(line => line.Length > 0 && line[0] != '#');
        Assert.Equal(
            asked.Order(StringComparer.Ordinal).Select(name => $"{name}="),
            example.Order(StringComparer.Ordinal)
        );
        Assert.All(Variable().Matches(Raw), m => Assert.Equal(":?", m.Groups["otherwise"].Value));
        Rule.None(Secret().Matches(Raw).Select(m => $"a secret with a value: {m.Value.Trim()}"));
    }

    [Fact]
    public void A_secret_that_is_written_down_is_found()
    {
        Assert.Single(Secret().Matches("      MOBILITY_WEB_KEY: c2VjcmV0\n"));
        Assert.Single(Secret().Matches("      RABBITMQ_DEFAULT_PASS: guest\n"));
        Assert.Empty(Secret().Matches("      MOBILITY_WEB_KEY: ${MOBILITY_WEB_KEY:?}\n"));
    }

    [Fact]
    public void Without_a_setting_nothing_starts_and_its_name_is_told()
    {
        // Every place that is filled is written in the same way, with a question mark (see above), and docker-compose
        // fills all of them: what it does when one is not set, it does with each.
        var settings = Settings();
        Assert.All(settings.Values, value => Assert.Contains(value, Understood.Value, StringComparison.Ordinal));
        var name = settings.Keys.Last();
        var (code, output) = ComposeFile.Config(settings.Where(s => s.Key != name).ToDictionary());
        Assert.NotEqual(0, code);
        Assert.Contains(name, output, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_services_are_ours_with_a_sidecar_each_the_two_servers_and_the_simulator()
    {
        var ours = Services.Folders.Select(NameOf);
        var sidecars = Services.Behind.Select(name => $"{NameOf(name)}-daprd");
        var networks = Services.Behind.Select(name => $"{NameOf(name)}-net");
        Assert.Equal(
            ours.Concat(sidecars)
                .Concat(networks)
                .Concat(["postgres", "rabbitmq", "gateway"])
                .Order(StringComparer.Ordinal),
            Whole.Value.Names.Order(StringComparer.Ordinal)
        );
        Assert.Contains("profiles: [simulator]", Raw, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_service_gets_what_its_page_asks_for_and_nothing_that_it_does_not_read(string folder)
    {
        var app = Services.App(folder);
        var given = Whole.Value.List(app.Name, "environment");
        string[] always =
        [
            "MOBILITY_DATABASE",
            "MOBILITY_ISSUERS",
            "MOBILITY_CLIENTS",
            "MOBILITY_HOLIDAYS",
            "APP_API_TOKEN",
        ];
        string[] dapr = ["DAPR_API_TOKEN", "DAPR_HTTP_ENDPOINT", "DAPR_GRPC_ENDPOINT"];
        Assert.Empty(always.Concat(app.RequiredSettings).Except(given));
        Assert.Empty(given.Except(always).Except(dapr).Except(app.RequiredSettings).Except(app.OptionalSettings));
        Assert.Equal(Services.Behind.Contains(folder), !dapr.Except(given).Any());
        Assert.Contains(
            $"Database={app.Name};Username={app.Name};",
            Whole.Value.Value(app.Name, "environment", "MOBILITY_DATABASE")!,
            StringComparison.Ordinal
        );
        // All visitors of the pages would count as the proxy before them.
        Assert.Equal(app.Name == "web", given.Contains("MOBILITY_TRUSTED_PROXIES"));
        // Npgsql and the platform read the rest: the development issuer and its clock stay at home.
        Assert.DoesNotContain("MOBILITY_DEV", given);
    }

    [Theory]
    [MemberData(nameof(NamesBehind))]
    public void A_sidecar_shares_its_services_network_and_speaks_for_it_alone(string folder)
    {
        var name = NameOf(folder);
        var sidecar = $"{name}-daprd";
        var flags = Whole.Value.List(sidecar, "command");
        // Neither owns the network: the one that crashes would take it from the other.
        Assert.Equal($"service:{name}-net", Whole.Value.Value(sidecar, "network_mode"));
        Assert.Equal($"service:{name}-net", Whole.Value.Value(name, "network_mode"));
        Assert.Equal(["sleep", "infinity"], Whole.Value.List($"{name}-net", "command"));
        Assert.Contains($"networks: {{ default: {{ aliases: [{name}] }} }}", Raw, StringComparison.Ordinal);
        Assert.Contains($"--app-id={name}", flags);
        // The flags are those of ./mobility up, whose tests run them.
        Assert.Contains("--app-port=8080", flags);
        Assert.Contains("--enable-app-health-check", flags);
        Assert.Contains("--app-health-check-path=/readyz", flags);
        // Whoever reaches its port publishes in the service's name: the port is for the service alone.
        Assert.Contains("--dapr-listen-addresses=127.0.0.1", flags);
        Assert.Empty(Whole.Value.List(sidecar, "ports"));
        Assert.Contains("--dapr-http-port=3500", flags);
        Assert.Equal("http://127.0.0.1:3500", Whole.Value.Value(name, "environment", "DAPR_HTTP_ENDPOINT"));
        Assert.Contains("--dapr-grpc-port=50001", flags);
        Assert.Equal("http://127.0.0.1:50001", Whole.Value.Value(name, "environment", "DAPR_GRPC_ENDPOINT"));
        foreach (var token in (string[])["APP_API_TOKEN", "DAPR_API_TOKEN"])
        {
            Assert.Equal(
                Whole.Value.Value(name, "environment", token),
                Whole.Value.Value(sidecar, "environment", token)
            );
        }
    }

    [Theory]
    [MemberData(nameof(NamesBehind))]
    public void A_sidecar_reads_the_topology_that_is_tested_and_the_broker_of_containers(string folder)
    {
        var mounts = Whole.Value.Mounts($"{NameOf(folder)}-daprd");
        Assert.Equal("dapr-components/rabbitmq/pubsub.yaml", mounts["/components/pubsub.yaml"]);
        foreach (var name in (string[])["subscriptions.yaml", "resiliency.yaml"])
        {
            Assert.Equal($"dapr-components/{name}", mounts[$"/components/{name}"]);
        }
        Assert.All(mounts.Values, file => Assert.True(File.Exists(Checkout.At(file)), file));
    }

    [Fact]
    public void Both_brokers_have_one_name_and_the_same_scopes()
    {
        var here = Topology.Component(File.ReadAllText(Checkout.At("dapr-components/pubsub.yaml")));
        var there = Topology.Component(File.ReadAllText(Checkout.At("dapr-components/rabbitmq/pubsub.yaml")));
        Assert.Equal(here["metadata.name"], there["metadata.name"]);
        foreach (var scope in (string[])["protectedTopics", "publishingScopes", "subscriptionScopes"])
        {
            Assert.NotEmpty(here[scope]);
            Assert.Equal(here[scope], there[scope]);
        }
    }

    /// <summary>Decision 14: what loses nothing. Each differs from the component's default, or would if that
    /// changed.</summary>
    [Fact]
    public void The_broker_of_containers_keeps_what_it_was_given()
    {
        var component = Topology.Component(File.ReadAllText(Checkout.At("dapr-components/rabbitmq/pubsub.yaml")));
        var wanted = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["durable"] = "true",
            ["deletedWhenUnused"] = "false",
            ["deliveryMode"] = "2",
            ["publisherConfirm"] = "true",
            ["prefetchCount"] = "20",
            ["requeueInFailure"] = "true",
            ["enableDeadLetter"] = "true",
        };
        Assert.All(wanted, setting => Assert.Equal(setting.Value, component.GetValueOrDefault(setting.Key)));
        var subscriptions = File.ReadAllText(Checkout.At("dapr-components/subscriptions.yaml")).Split("\n---\n");
        Assert.All(subscriptions, one => Assert.Contains("queueType: quorum", one, StringComparison.Ordinal));
    }

    [Fact]
    public void The_brokers_address_is_a_setting_of_the_sidecar()
    {
        var component = Topology.Component(File.ReadAllText(Checkout.At("dapr-components/rabbitmq/pubsub.yaml")));
        Assert.Contains(component["connectionString"], Whole.Value.List("faults-daprd", "environment"));
    }

    [Fact]
    public void Only_pages_and_calls_are_published_and_those_on_this_machines_loopback()
    {
        var published = Whole.Value.Names.SelectMany(name => Whole.Value.List(name, "ports").Select(p => (name, p)));
        Assert.Equal(
            Services
                .Folders.Select(folder => NameOf(folder) + (Services.Behind.Contains(folder) ? "-net" : ""))
                .Order(StringComparer.Ordinal),
            published.Select(p => p.name).Order(StringComparer.Ordinal)
        );
        Assert.All(published, p => Assert.StartsWith("127.0.0.1:", p.p, StringComparison.Ordinal));
        Assert.All(
            published,
            p => Assert.EndsWith(p.name == "web" ? ":8080/tcp" : ":8081/tcp", p.p, StringComparison.Ordinal)
        );
        Assert.Equal(
            published.Count(),
            published.Select(p => p.p.Split(':')[1]).Distinct(StringComparer.Ordinal).Count()
        );
    }

    [Fact]
    public void Images_are_of_one_version_or_built_from_a_target_of_the_Dockerfile()
    {
        var dockerfile = File.ReadAllText(Checkout.At("Dockerfile"));
        foreach (var name in Whole.Value.Names)
        {
            if (Whole.Value.Value(name, "build", "target") is { } target)
            {
                Assert.Equal(name, target);
                var stage = Regex.Match(
                    dockerfile,
                    $@"AS {target}\n(?s:.*?)ENTRYPOINT \[""dotnet"", ""(?<dll>[\w.]+)\.dll""\]",
                    RegexOptions.None,
                    TimeSpan.FromSeconds(1)
                );
                Assert.Contains(
                    Checkout.Files,
                    f => f.Path.EndsWith($"/{stage.Groups["dll"].Value}.csproj", StringComparison.Ordinal)
                );
                continue;
            }
            Assert.Matches(@":\d+[\w.]*(-[\d.]+)?$", Whole.Value.Value(name, "image")!);
        }
        var daprd = Services.Behind.Select(name => Whole.Value.Value($"{NameOf(name)}-daprd", "image"));
        Assert.Single(daprd.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void Official_packages_are_the_default_of_images() =>
        Assert.Matches(
            @"ARG OFFICIAL=true[\s\S]*-p:OfficialPackages=\$\{OFFICIAL\}",
            File.ReadAllText(Checkout.At("Dockerfile"))
        );

    [Fact]
    public void Each_service_has_a_database_of_its_own_made_with_the_extensions_that_it_names()
    {
        var script = File.ReadAllText(Checkout.At("tools/compose/databases.sh"));
        var names = Services.Folders.Select(NameOf).ToList();
        var made = Regex
            .Match(script, "for service in (?<names>[a-z ]+);", RegexOptions.None, TimeSpan.FromSeconds(1))
            .Groups["names"]
            .Value.Split(' ');
        Assert.Equal(names.Order(StringComparer.Ordinal), made.Order(StringComparer.Ordinal));
        var extensions = Services
            .Folders.Select(Services.App)
            .SelectMany(app => app.DatabaseExtensions.Select(e => $"-d {app.Name} -c 'CREATE EXTENSION {e}'"));
        Assert.All(extensions, line => Assert.Contains(line, script, StringComparison.Ordinal));
        Assert.All(
            names,
            name =>
                Assert.Contains(
                    $"{name.ToUpperInvariant()}_DATABASE_PASSWORD",
                    Whole.Value.List("postgres", "environment")
                )
        );
    }

    private static string NameOf(string folder) => Services.App(folder).Name;

    private static Dictionary<string, string> Settings() =>
        Variable()
            .Matches(Raw)
            .Select(m => m.Groups["name"].Value)
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(
                name => name,
                name => name == "MOBILITY_CONFIG" ? "/the/config" : $"x-{name}-x",
                StringComparer.Ordinal
            );

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)(?<otherwise>[^}]*)\}", RegexOptions.None, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(
        @"^ +\w*(PASS|PASSWORD|SECRET|TOKEN|KEY): (?!\$\{\w+:\?\}$).*$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Secret();
}

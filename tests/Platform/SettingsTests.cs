using Mobility.Platform;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class SettingsTests
{
    [Fact]
    public void Every_violation_is_named_at_once()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["MOBILITY_HTTP_PORT"] = "99999",
            ["MOBILITY_BIND"] = "nowhere",
            ["MOBILITY_CLIENTS"] = "no-such-file.json",
            ["MOBILITY_HOLIDAYS"] = "no-such-folder",
        };
        var error = Assert.Throws<InvalidOperationException>(() =>
            Settings.Read(environment.GetValueOrDefault, ["MOBILITY_GATEWAY_URL"], [])
        );
        string[] named =
        [
            "MOBILITY_DATABASE is not set",
            "MOBILITY_HTTP_PORT must be a port number",
            "MOBILITY_BIND must be an IP address",
            "MOBILITY_CLIENTS names a file that does not exist",
            "MOBILITY_HOLIDAYS names a folder that does not exist",
            "MOBILITY_ISSUERS is not set",
            "APP_API_TOKEN is not set",
            "MOBILITY_GATEWAY_URL is not set",
        ];
        Assert.All(named, n => Assert.Contains(n, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_clock_that_can_be_moved_needs_development_and_a_file_that_is_there()
    {
        var file = Path.Combine(TestFolder.New("settings"), "clock");
        File.WriteAllBytes(file, []);
        var environment = Right();
        environment["MOBILITY_DEV_CLOCK"] = file;

        var error = Assert.Throws<InvalidOperationException>(() =>
            Settings.Read(environment.GetValueOrDefault, [], [])
        );
        Assert.Contains("MOBILITY_DEV_CLOCK needs MOBILITY_DEV=1", error.Message, StringComparison.Ordinal);

        environment["MOBILITY_DEV"] = "1";
        Assert.Equal(file, Settings.Read(environment.GetValueOrDefault, [], []).DevelopmentClock);

        environment["MOBILITY_DEV_CLOCK"] = file + ".gone";
        error = Assert.Throws<InvalidOperationException>(() => Settings.Read(environment.GetValueOrDefault, [], []));
        Assert.Contains("MOBILITY_DEV_CLOCK names a file", error.Message, StringComparison.Ordinal);

        environment.Remove("MOBILITY_DEV_CLOCK");
        Assert.Null(Settings.Read(environment.GetValueOrDefault, [], []).DevelopmentClock);
    }

    [Fact]
    public void Kill_points_need_development()
    {
        var environment = Right();
        environment["MOBILITY_KILL_POINTS"] = "folder";
        var error = Assert.Throws<InvalidOperationException>(() =>
            Settings.Read(environment.GetValueOrDefault, [], [])
        );
        Assert.Contains("MOBILITY_KILL_POINTS needs MOBILITY_DEV=1", error.Message, StringComparison.Ordinal);

        environment["MOBILITY_DEV"] = "1";
        Assert.Equal("folder", Settings.Read(environment.GetValueOrDefault, [], []).KillPoints);
        Assert.Null(Settings.Read(Right().GetValueOrDefault, [], []).KillPoints);
    }

    [Fact]
    public void What_is_not_said_has_safe_defaults()
    {
        var environment = Right();
        environment["OWN_AND_SET"] = "there";
        var settings = Settings.Read(environment.GetValueOrDefault, [], ["OWN_AND_SET", "OWN_AND_UNSET"]);
        Assert.Equal([new("OWN_AND_SET", "there")], settings.Own);
        Assert.True(System.Net.IPAddress.IsLoopback(settings.Bind));
        Assert.False(settings.Development);
        Assert.Equal((8080, 8081, "pubsub"), (settings.HttpPort, settings.GrpcPort, settings.Pubsub));
    }

    private static Dictionary<string, string> Right() =>
        new(StringComparer.Ordinal)
        {
            ["MOBILITY_DATABASE"] = "Host=127.0.0.1",
            ["MOBILITY_ISSUERS"] = TestIssuer.IssuersFile,
            ["MOBILITY_CLIENTS"] = TestIssuer.ClientsFile,
            ["APP_API_TOKEN"] = "secret",
        };
}

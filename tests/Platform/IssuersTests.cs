using System.Text.Json;
using Grpc.Core;
using Microsoft.IdentityModel.Tokens;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class IssuersTests
{
    private const string Person = "people/0190a6c0-0000-7000-8000-000000000009";
    private readonly FakeClock clock = new();

    [Fact]
    public async Task A_good_token_tells_who_calls_as_what_for_whom_and_since_when()
    {
        var signedIn = clock.GetUtcNow() - TimeSpan.FromMinutes(3);
        var token = TestIssuer.Token(Role.Agent, Person, clock.GetUtcNow(), authTime: signedIn);
        var caller = await Load().Read($"Bearer {token}");
        Assert.Equal(Person, caller.Subject);
        Assert.Equal(Role.Agent, caller.Role);
        Assert.Equal([TestIssuer.Client], caller.Clients);
        Assert.Equal("vendors/haenam-contact", caller.Vendor);
        Assert.Equal(signedIn, caller.AuthTime);
    }

    [Fact]
    public async Task A_token_that_was_read_before_is_refused_once_its_time_is_over()
    {
        var issuers = Load();
        var token = TestIssuer.Token(Role.Agent, Person, clock.GetUtcNow(), life: TimeSpan.FromMinutes(5));
        Assert.Equal(Person, (await issuers.Read($"Bearer {token}")).Subject);
        clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(59));
        Assert.Equal(Person, (await issuers.Read($"Bearer {token}")).Subject);
        clock.Advance(TimeSpan.FromSeconds(1));
        var refusal = await Assert.ThrowsAsync<Refusal>(() => issuers.Read($"Bearer {token}"));
        Assert.Equal("CREDENTIALS_INVALID", refusal.Reason);
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("not yet")]
    [InlineData("too long")]
    [InlineData("foreign key")]
    [InlineData("unknown issuer")]
    [InlineData("other audience")]
    [InlineData("garbled")]
    [InlineData("unsigned")]
    [InlineData("no subject")]
    public async Task A_bad_token_is_unauthenticated(string flaw)
    {
        var now = clock.GetUtcNow();
        var token = flaw switch
        {
            "expired" => TestIssuer.Token(Role.Agent, Person, now, age: TimeSpan.FromMinutes(12)),
            "not yet" => TestIssuer.Token(Role.Agent, Person, now, age: TimeSpan.FromMinutes(-2)),
            "too long" => TestIssuer.Token(Role.Agent, Person, now, life: TimeSpan.FromMinutes(16)),
            "foreign key" => TestIssuer.Token(Role.Agent, Person, now, foreignKey: true),
            "unknown issuer" => TestIssuer.Token(Role.Agent, Person, now, issuer: "https://elsewhere.test"),
            "other audience" => TestIssuer.Token(Role.Agent, Person, now, audience: "parking"),
            "unsigned" => Unsigned(TestIssuer.Token(Role.Agent, Person, now)),
            "no subject" => TestIssuer.Token(Role.Agent, "", now),
            _ => "a.b.c",
        };
        var refusal = await Assert.ThrowsAsync<Refusal>(() => Load().Read($"Bearer {token}"));
        Assert.Equal(StatusCode.Unauthenticated, refusal.Code);
        Assert.Equal("CREDENTIALS_INVALID", refusal.Reason);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{\"iss\":5}")]
    [InlineData("{\"iss\":{}}")]
    [InlineData("{\"iss\":null}")]
    [InlineData("{\"iss\":[\"https://issuer.test\"]}")]
    [InlineData("{\"iss\":\"https://issuer.test\",\"exp\":1e300,\"nbf\":\"x\"}")]
    [InlineData("{\"iss\":\"https://issuer.test\",\"aud\":{\"a\":1},\"exp\":[]}")]
    [InlineData("{\"iss\":\"\\ud800\"}")]
    public async Task A_token_of_any_shape_is_unauthenticated_and_never_an_error_of_ours(string payload)
    {
        foreach (var head in (string[])["{\"alg\":\"ES256\"}", "{\"alg\":\"none\"}", "{\"alg\":5}", "[]", payload])
        {
            var token = $"{Base64UrlEncoder.Encode(head)}.{Base64UrlEncoder.Encode(payload)}.AAAA";
            foreach (var text in (string[])[token, token + ".AAAA.AAAA", token[..^5], "..", ""])
            {
                var refusal = await Assert.ThrowsAsync<Refusal>(() => Load().Read($"Bearer {text}"));
                Assert.Equal(StatusCode.Unauthenticated, refusal.Code);
            }
        }
    }

    [Fact]
    public async Task A_clock_that_is_59_seconds_off_is_borne_with_and_one_of_61_is_not()
    {
        var token = TestIssuer.Token(Role.Agent, Person, clock.GetUtcNow());
        clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(59));
        Assert.Equal(Person, (await Load().Read($"Bearer {token}")).Subject);
        clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<Refusal>(() => Load().Read($"Bearer {token}"));
    }

    [Theory]
    [InlineData("roles", "rider")]
    [InlineData("clients", "seoul-kick")]
    public async Task An_issuer_speaks_only_for_the_roles_and_clients_of_its_line(string field, string only)
    {
        using var table = new Table(line => line[field] = new[] { only });
        var token = TestIssuer.Token(Role.Agent, Person, clock.GetUtcNow());
        await Assert.ThrowsAsync<Refusal>(() => table.Load(clock).Read($"Bearer {token}"));
    }

    [Fact]
    public void A_development_issuer_needs_the_switch_and_loopback_and_stands_alone()
    {
        using var table = new Table(_ => { }, more: [("https://real.test", false)]);
        var error = Assert.Throws<InvalidOperationException>(() =>
            table.Load(clock, s => s with { Development = false, Bind = System.Net.IPAddress.Any })
        );
        Assert.Contains("MOBILITY_DEV=1", error.Message, StringComparison.Ordinal);
        Assert.Contains("loopback", error.Message, StringComparison.Ordinal);
        Assert.Contains("beside a real one", error.Message, StringComparison.Ordinal);
    }

    private static string Unsigned(string token) => token[..(token.LastIndexOf('.') + 1)];

    private Issuers Load() => Issuers.Load(SettingsOf(TestIssuer.IssuersFile), clock);

    private static Settings SettingsOf(string issuersFile) =>
        new(
            "",
            System.Net.IPAddress.Loopback,
            0,
            0,
            issuersFile,
            TestIssuer.ClientsFile,
            "",
            Development: true,
            "pubsub",
            new Dictionary<string, string>(StringComparer.Ordinal)
        );

    /// <summary>The test issuer's table with its line changed.</summary>
    private sealed class Table : IDisposable
    {
        private readonly string file = Path.GetTempFileName();

        public Table(
            Action<Dictionary<string, object>> change,
            IReadOnlyList<(string Issuer, bool Development)>? more = null
        )
        {
            using var document = JsonDocument.Parse(File.ReadAllText(TestIssuer.IssuersFile));
            var first = document.RootElement.GetProperty("issuers")[0];
            var line = first
                .EnumerateObject()
                .ToDictionary(p => p.Name, p => (object)p.Value.Clone(), StringComparer.Ordinal);
            change(line);
            var others = (more ?? []).Select(m => new Dictionary<string, object>(line, StringComparer.Ordinal)
            {
                ["issuer"] = m.Issuer,
                ["development"] = m.Development,
            });
            File.WriteAllText(file, JsonSerializer.Serialize(new { issuers = others.Prepend(line) }));
        }

        public Issuers Load(TimeProvider clock, Func<Settings, Settings>? change = null) =>
            Issuers.Load((change ?? (s => s))(SettingsOf(file)), clock);

        public void Dispose() => File.Delete(file);
    }
}

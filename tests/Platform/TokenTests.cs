using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Mobility.Launcher;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class TokenTests : IDisposable
{
    private static readonly Guid Person = Guid.Parse("01923f8e-7c1a-7b6e-8000-000000000001");
    private readonly RunFolder run = new(Directory.CreateTempSubdirectory("mobility-token-").FullName);
    private readonly FakeClock clock = new();

    public TokenTests() => run.Prepare(Path.Combine(Repository.Root, "tools", "Launcher", "demo", "clients.json"));

    public void Dispose() => Directory.Delete(run.Path, recursive: true);

    [Fact]
    public async Task A_service_reads_in_it_what_was_signed()
    {
        var signed = Token.Person("agent", Person, "gangneung-kick", "seoul-kick") with { Vendor = "vendors/haenam" };
        var caller = await Read(signed);
        Assert.Equal($"people/{Person}", caller.Subject);
        Assert.Equal(Role.Agent, caller.Role);
        Assert.Equal(["gangneung-kick", "seoul-kick"], caller.Clients);
        Assert.Equal("vendors/haenam", caller.Vendor);
        Assert.Equal(clock.GetUtcNow(), caller.AuthTime);
        Assert.NotEmpty(caller.TokenId);
    }

    [Fact]
    public async Task Every_role_can_be_signed()
    {
        foreach (var role in Roles.Names)
        {
            Assert.Equal(role, Roles.Name((await Read(Token.Person(role, Person, "gangneung-kick"))).Role));
        }
    }

    [Fact]
    public async Task A_rider_is_a_rider_of_one_client()
    {
        var caller = await Read(Token.Rider("gangneung-kick", Person));
        Assert.True(caller.IsRider);
        Assert.Equal($"clients/gangneung-kick/riders/{Person}", caller.Subject);
    }

    [Fact]
    public async Task An_expired_one_another_audience_and_another_key_are_refused()
    {
        var good = Token.Rider("gangneung-kick", Person);
        await Assert.ThrowsAsync<Refusal>(() => Read(good with { Lifetime = TimeSpan.FromMinutes(-2) }));
        await Assert.ThrowsAsync<Refusal>(() => Read(good with { Audience = "elsewhere" }));
        var foreign = new RunFolder(Path.Combine(run.Path, "foreign"));
        foreign.Prepare(run.Clients);
        await Assert.ThrowsAsync<Refusal>(() => Read(good, foreign.IssuerKey));
    }

    [Fact]
    public void One_of_more_than_15_minutes_or_of_no_known_role_is_not_signed()
    {
        var good = Token.Rider("gangneung-kick", Person);
        var tooLong = good with { Lifetime = TimeSpan.FromMinutes(16) };
        Assert.Throws<ArgumentException>(() => tooLong.Sign(run.IssuerKey, clock));
        Assert.Throws<ArgumentException>(() => (good with { Role = "king" }).Sign(run.IssuerKey, clock));
        var whole = new JsonWebToken(good.Sign(run.IssuerKey, clock));
        Assert.Equal(TimeSpan.FromMinutes(15), whole.ValidTo - whole.IssuedAt);
    }

    private Task<Caller> Read(Token token, string? keyFile = null)
    {
        var settings = new Settings(
            "",
            IPAddress.Loopback,
            0,
            0,
            run.Issuers,
            run.Clients,
            "token",
            true,
            "pubsub",
            Own
        );
        var issuers = Issuers.Load(settings, clock);
        return issuers.Read("Bearer " + token.Sign(keyFile ?? run.IssuerKey, clock));
    }

    private static readonly Dictionary<string, string> Own = [];
}

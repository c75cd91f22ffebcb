using Google.Protobuf.Reflection;
using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Mobility.Tests.Tidy;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>
/// Visits every RPC of every service by its descriptor, with every bearer that has no business there: each is refused
/// with
/// the right code and changes not one row. A new RPC or service is visited without being named here.
/// </summary>
public sealed class AuthorisationWalkTests
{
    private const string Denied = "PERMISSION_DENIED";
    private const string Invalid = "CREDENTIALS_INVALID";

    /// <summary>Those that have RPCs: pages for people have none of their own.</summary>
    public static TheoryData<string> ServiceNames =>
        [.. Services.Folders.Where(name => WalkedService.HasRpcs(Services.App(name)))];

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public async Task Nobody_passes_who_has_no_business_there(string name)
    {
        await using var service = await WalkedService.Start(Services.App(name));
        var suspended = new Dictionary<Role, string?>();
        foreach (var role in Enum.GetValues<Role>())
        {
            suspended[role] = await service.NewMember(role, MemberState.Suspended);
        }
        var findings = new List<string>();
        var visits = 0;
        var before = await service.Rows();
        foreach (var method in service.Page.Services.SelectMany(s => s.Methods))
        {
            foreach (var bearer in Bearers(service, method, suspended))
            {
                visits++;
                var (code, reason) = await service.Call(method, bearer.Token);
                if (code != bearer.Code || (bearer.Reason is not null && bearer.Reason != reason))
                {
                    findings.Add($"{method.Name}, {bearer.Who}: {code} {reason}, not {bearer.Code} {bearer.Reason}");
                }
            }
            var after = await service.Rows();
            if (after != before)
            {
                findings.Add($"{method.Name}, one of those bearers: rows changed from\n{before}\nto\n{after}");
                before = after;
            }
        }
        Rule.None(findings);
        Assert.True(visits >= 10 * service.Page.Rules.Count, $"Only {visits} visits: the walk misses bearers.");
    }

    /// <summary>The other half: a gate that refused everybody would pass the walk.</summary>
    [Theory]
    [MemberData(nameof(ServiceNames))]
    public async Task Who_is_on_the_line_passes_the_gate(string name)
    {
        await using var service = await WalkedService.Start(Services.App(name));
        var findings = new List<string>();
        foreach (var method in service.Page.Services.SelectMany(s => s.Methods))
        {
            foreach (var role in LineOf(service, method).Roles)
            {
                if (role == Role.Anonymous)
                {
                    findings.AddRange(await Refused(service, method, role, token: null));
                    continue;
                }
                var subject = await service.NewMember(role, MemberState.Active) ?? service.NewSubject(role);
                var token = TestIssuer.Token(role, subject, service.Now);
                findings.AddRange(await Refused(service, method, role, token));
            }
        }
        Rule.None(findings);
    }

    /// <summary>The look at the rows must see a change, or "no row changed" says nothing.</summary>
    [Theory]
    [MemberData(nameof(ServiceNames))]
    public async Task The_look_at_all_rows_sees_one_that_changed(string name)
    {
        await using var service = await WalkedService.Start(Services.App(name));
        var before = await service.Rows();
        Assert.Equal(before, await service.Rows());
        await service.NewMember(Role.Agent, MemberState.Active);
        Assert.NotEqual(before, await service.Rows());
    }

    private static async Task<IEnumerable<string>> Refused(
        WalkedService service,
        MethodDescriptor method,
        Role role,
        string? token
    )
    {
        var (code, reason) = await service.Call(method, token);
        return code is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.Internal
            ? [$"{method.Name}, {Roles.Name(role)}: {code} {reason}"]
            : [];
    }

    private static IEnumerable<Bearer> Bearers(
        WalkedService service,
        MethodDescriptor method,
        Dictionary<Role, string?> suspended
    ) =>
        [
            .. LineOf(service, method).Roles.Contains(Role.Anonymous)
                ? Array.Empty<Bearer>()
                : [new Bearer("no token", Token: null, StatusCode.Unauthenticated, "CREDENTIALS_MISSING")],
            new Bearer("no JWT", "x", StatusCode.Unauthenticated, Invalid),
            // Nobody is told by the absence of a token, never by one that says so.
            new Bearer(
                "a token that says anonymous",
                TestIssuer.Token(Role.Anonymous, Caller.Nobody.Subject, service.Now),
                StatusCode.Unauthenticated,
                Invalid
            ),
            .. Enum.GetValues<Role>()
                .Where(role => role != Role.Anonymous)
                .SelectMany(role =>
                    LineOf(service, method).Roles.Contains(role)
                        ? OnTheLine(role, service, suspended[role])
                        : [NotOnTheLine(role, service)]
                ),
        ];

    private static Bearer NotOnTheLine(Role role, WalkedService service) =>
        new(
            $"{Roles.Name(role)}, not on the line",
            TestIssuer.Token(role, service.NewSubject(role), service.Now),
            StatusCode.PermissionDenied,
            Denied
        );

    /// <summary>Those who have the right role and are wrong in another way.</summary>
    private static IEnumerable<Bearer> OnTheLine(Role role, WalkedService service, string? suspended)
    {
        var (subject, now) = (service.NewSubject(role), service.Now);
        var second = role == Role.Auditor ? Role.Rider : Role.Auditor;
        (string Why, string Token)[] bad =
        [
            ("expired", TestIssuer.Token(role, subject, now, age: TimeSpan.FromMinutes(12))),
            ("signed with a foreign key", TestIssuer.Token(role, subject, now, foreignKey: true)),
            ("of an unknown issuer", TestIssuer.Token(role, subject, now, issuer: "https://other.test")),
            ("for another audience", TestIssuer.Token(role, subject, now, audience: "elsewhere")),
            ("with two roles", TestIssuer.Token(role, subject, now, secondRole: second)),
        ];
        foreach (var (why, token) in bad)
        {
            yield return new Bearer($"{Roles.Name(role)}, {why}", token, StatusCode.Unauthenticated, Invalid);
        }
        foreach (var client in new[] { TestIssuer.OtherClient, null })
        {
            var token = TestIssuer.Token(role, subject, now, client);
            var who = $"{Roles.Name(role)} of {client ?? "no client"}";
            yield return new Bearer(who, token, StatusCode.PermissionDenied, Denied);
        }
        if (suspended is not null)
        {
            var token = TestIssuer.Token(role, suspended, now);
            yield return new Bearer($"{Roles.Name(role)}, suspended", token, StatusCode.PermissionDenied, Reason: null);
        }
    }

    private static Mobility.Platform.RpcRule LineOf(WalkedService service, MethodDescriptor method) =>
        service.Page.Rules[$"/{method.Service.FullName}/{method.Name}"];

    /// <summary>Who tries, and how the service must answer; a null reason is the service's own.</summary>
    private sealed record Bearer(string Who, string? Token, StatusCode Code, string? Reason);
}

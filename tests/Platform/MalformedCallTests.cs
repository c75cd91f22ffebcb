using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Mobility.Tests.Tidy;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>
/// Malformed calls against every RPC of every service: no crash, nothing that says "our side" of what was the caller's,
/// no row, and a right call is answered afterwards. The seed is fixed; another one finds other calls.
/// </summary>
public sealed class MalformedCallTests
{
    private const int Seed = 20260302;

    /// <summary>Calls of each service and kind; with those on pages they are more than 10,000.</summary>
    private const int CallsOfService = 1_100;

    private const int AtOnce = 16;

    public static TheoryData<string> ServiceNames => AuthorisationWalkTests.ServiceNames;

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public async Task What_is_wrong_on_the_wire_is_refused_and_writes_nothing(string name)
    {
        await using var service = await WalkedService.Start(Services.App(name));
        var tokens = await Tokens(service);
        var before = await Rows(service);
        var calls = new MalformedCalls(Seed);

        Rule.None(await Send(service, Plan(service, tokens, calls.OfWire)));

        var after = await Rows(service);
        Assert.True(before == after, $"rows changed from\n{before}\nto\n{after}");
        await StillAnswers(service);
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public async Task Odd_values_are_the_callers_fault_or_nobodys(string name)
    {
        await using var service = await WalkedService.Start(Services.App(name));
        var tokens = await Tokens(service);
        var calls = new MalformedCalls(Seed + 1);

        Rule.None(await Send(service, Plan(service, tokens, calls.OfValues)));

        await StillAnswers(service);
    }

    /// <summary>Calls in an order and with bearers that the seed chooses.</summary>
    private static List<WireCall> Plan(
        WalkedService service,
        Dictionary<Role, string?> tokens,
        Func<MethodDescriptor, string?, WireCall> make
    )
    {
        var methods = service.Page.Services.SelectMany(s => s.Methods).ToList();
        return
        [
            .. Enumerable
                .Range(0, CallsOfService)
                .Select(n =>
                {
                    var method = methods[n % methods.Count];
                    var roles = service.Page.Rules[$"/{method.Service.FullName}/{method.Name}"].Roles;
                    return make(method, tokens[roles[n / methods.Count % roles.Count]]);
                }),
        ];
    }

    private static async Task<Dictionary<Role, string?>> Tokens(WalkedService service)
    {
        var tokens = new Dictionary<Role, string?>();
        foreach (var role in Enum.GetValues<Role>())
        {
            var subject = await service.NewMember(role, MemberState.Active) ?? service.NewSubject(role);
            tokens[role] = role == Role.Anonymous ? null : TestIssuer.Token(role, subject, service.Now);
        }
        return tokens;
    }

    /// <summary>Sends them all; says which got an answer that they should not.</summary>
    private static async Task<IReadOnlyList<string>> Send(WalkedService service, List<WireCall> calls)
    {
        using var http = new HttpClient { BaseAddress = service.Address, Timeout = TimeSpan.FromSeconds(30) };
        var findings = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(
            calls,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (call, _) =>
            {
                if (await Answer(http, call) is { } finding)
                {
                    findings.Enqueue($"{call.What}, {call.Verb} {call.Path}: {finding}");
                }
            }
        );
        return [.. findings.Order(StringComparer.Ordinal).Take(40)];
    }

    private static async Task<string?> Answer(HttpClient http, WireCall call)
    {
        using var request = new HttpRequestMessage(call.Verb, call.Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(call.Body),
        };
        foreach (var (name, value) in call.Headers)
        {
            HttpHeaders headers = name.StartsWith("content-", StringComparison.Ordinal)
                ? request.Content.Headers
                : request.Headers;
            headers.TryAddWithoutValidation(name, value);
        }
        try
        {
            using var reply = await http.SendAsync(request);
            await reply.Content.ReadAsByteArrayAsync();
            return Wrong(reply);
        }
        catch (HttpRequestException)
        {
            // The stream was reset: the answer to a body that the other side does not read.
            return null;
        }
        catch (TaskCanceledException)
        {
            return "no answer";
        }
    }

    /// <summary>Why the answer is none that a caller should get; null when it is.</summary>
    private static string? Wrong(HttpResponseMessage reply)
    {
        if ((int)reply.StatusCode >= 400)
        {
            // Refused before it was a call, such as a content type that is not gRPC's.
            return (int)reply.StatusCode >= 500 ? $"HTTP {(int)reply.StatusCode}" : null;
        }
        var status = Header(reply, "grpc-status");
        if (status is null)
        {
            return "no status";
        }
        var code = (StatusCode)int.Parse(status, CultureInfo.InvariantCulture);
        return code is StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss
            ? $"{code} {Header(reply, "grpc-message")}"
            : null;
    }

    private static string? Header(HttpResponseMessage reply, string name) =>
        reply.TrailingHeaders.TryGetValues(name, out var trailers) ? trailers.First()
        : reply.Headers.TryGetValues(name, out var headers) ? headers.First()
        : null;

    /// <summary>All rows but the count of look-ups, which is itself what bounds them.</summary>
    private static async Task<string> Rows(WalkedService service) =>
        string.Join(
            '\n',
            (await service.Rows()).Split('\n').Where(row => !row.StartsWith("(look_ups,", StringComparison.Ordinal))
        );

    private static async Task StillAnswers(WalkedService service)
    {
        var method = service.Page.Services[0].Methods[0];
        var (code, reason) = await service.Call(method, token: "x");
        Assert.Equal((StatusCode.Unauthenticated, "CREDENTIALS_INVALID"), (code, reason));
    }
}

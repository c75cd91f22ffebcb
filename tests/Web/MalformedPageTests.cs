using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Mobility.Tests.Support;
using Mobility.Tests.Tidy;
using Mobility.Web.Webhooks;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>Malformed requests against every route of the pages: no crash, no 500, no row, and a page
/// afterwards.</summary>
public sealed class MalformedPageTests
{
    private const int Seed = 20260303;
    private const int Requests = 1_600;

    /// <summary>Fewer than one address may post at once.</summary>
    private const int RequestsOfAddress = 80;

    private static readonly string[] Values =
    [
        "x",
        "gangneung-kick",
        "%00",
        "%FF%FE",
        "%2e%2e%2f%2e%2e",
        "0190a6c0-0000-7000-8000-00000000abcd",
        "%F0%9F%9B%B4",
        "'%3B--",
        new string('a', 3_000),
    ];

    private static readonly string[] Types =
    [
        "application/json",
        "application/json; charset=bogus",
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-7",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=" + new string('b', 300),
        "application/grpc",
        "text/plain",
        "\"",
        "a/b/c",
    ];

    private static readonly byte[][] Bodies =
    [
        [],
        [0],
        [0xFF, 0xFE, 0xC3, 0x28],
        "{"u8.ToArray(),
        "null"u8.ToArray(),
        "[[[]]]"u8.ToArray(),
        """{"vehicle_code":"\u0000","position":{"latitude":"NaN","longitude":1e999}}"""u8.ToArray(),
        """{"photos":[{"content":"!!"}],"vehicle":7,"unknown":{}}"""u8.ToArray(),
        """{"note":"\ud800"}"""u8.ToArray(),
        Encoding.ASCII.GetBytes(new string('[', 20_000)),
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 20_000))),
        "csrf=x&csrf=y&%00=%ZZ&=&&a=%FF"u8.ToArray(),
        Encoding.ASCII.GetBytes(string.Join('&', Enumerable.Range(0, 500).Select(n => $"k{n}=v"))),
        "--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"\0\"\r\n\r\n\r\n"u8.ToArray(),
        "--x\r\n: :\r\n\r\n--x--"u8.ToArray(),
        Encoding.ASCII.GetBytes("--x\r\nA: " + new string('h', 40_000) + "\r\n\r\n--x--"),
    ];

    private static readonly (string Name, string Value)[] Headers =
    [
        ("Accept-Language", "\u007f;q=x,,,;;"),
        ("Accept-Language", new string('a', 9_000)),
        ("Cookie", "mobility-session=gangneung-kick.%00; mobility-csrf=x; lang=xx"),
        ("Cookie", "mobility-session=...; mobility-tracking=AAAA"),
        ("Cookie", "=;;;=;" + new string('c', 6_000)),
        ("Authorization", "Bearer a.b.c"),
        ("Authorization", "Bearer " + new string('t', 9_000)),
        ("Idempotency-Key", "not a uuid"),
        ("HX-Request", "true"),
        ("X-Forwarded-For", "::1, x, 999.1.1.1"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("Range", "bytes=9999999999999999999-"),
        ("If-None-Match", "\"\",\","),
        ("Content-Encoding", "gzip"),
        ("traceparent", "00-zz-zz-01"),
        ("X-Long", new string('x', 40_000)),
    ];

    private static readonly string[] Verbs =
    [
        "GET",
        "GET",
        "POST",
        "POST",
        "POST",
        "PUT",
        "DELETE",
        "HEAD",
        "OPTIONS",
        "BREW",
    ];

    [Fact]
    public async Task No_request_is_an_error_of_ours_and_none_writes_a_row()
    {
        await using var house = await WebHouse.Start(own: (WebhookSecrets.Setting, "toss=" + new string('s', 40)));
        var routes = house
            .Service.Routes.Where(route =>
                !route.Contains("healthz", StringComparison.Ordinal)
                && !route.Contains("grpc", StringComparison.Ordinal)
            )
            .Append("/webhooks/toss/{secret}")
            .ToList();
        Assert.InRange(routes.Count, 20, int.MaxValue);
        using var visitor = house.Visit();
        var form = (await visitor.Get($"/p/{TestIssuer.Client}")).Form("");
        var random = new Random(Seed);
        var plan = Enumerable
            .Range(0, Requests)
            .Select(n => Make(random, routes[n % routes.Count], form.Hidden))
            .ToList();
        var cookies = visitor.Cookies.GetCookieHeader(house.Service.Http);

        var findings = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(
            plan.Chunk(RequestsOfAddress).Select((chunk, n) => (chunk, n)),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (part, _) =>
            {
                using var http = From(IPAddress.Parse($"127.0.7.{part.n + 1}"), house.Service.Http);
                foreach (var what in part.chunk)
                {
                    if (await Send(http, what, cookies) is { } finding)
                    {
                        findings.Enqueue(finding);
                    }
                }
            }
        );

        Rule.None([.. findings.Order(StringComparer.Ordinal).Take(40)]);
        Assert.Equal(
            [0L],
            await house.Service.Rows<long>(
                """
                SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM webhooks)
                    + (SELECT count(*) FROM once)
                """
            )
        );
        Assert.Equal(HttpStatusCode.OK, (await visitor.Get("/")).Status);
    }

    private static Request Make(Random random, string route, IReadOnlyList<(string Name, string Value)> hidden)
    {
        T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
        var parts = route.Split('/').Select(part => part.Contains('{', StringComparison.Ordinal) ? Pick(Values) : part);
        var query = random.Next(3) == 0 ? $"?code={Pick(Values)}&lang={Pick(Values)}&page_size={Pick(Values)}" : "";
        var body = Pick(Bodies);
        var type = Pick(Types);
        if (random.Next(4) == 0)
        {
            // A form of ours with everything else wrong.
            type = "application/x-www-form-urlencoded";
            var right = hidden.Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value)}");
            var odd = Enumerable.Range(0, 6).Select(_ => $"{Pick(Fields)}={Pick(Values)}");
            body = Encoding.ASCII.GetBytes(string.Join('&', right.Concat(odd)));
        }
        var headers = Enumerable.Range(0, random.Next(3)).Select(_ => Pick(Headers)).ToList();
        return new Request(Pick(Verbs), string.Join('/', parts) + query, type, body, headers);
    }

    private static readonly string[] Fields =
    [
        "latitude",
        "longitude",
        "kind",
        "code",
        "note",
        "phone",
        "tracking_code",
        "request_id",
        "token",
        "client",
        "amount",
        "reason",
    ];

    private static async Task<string?> Send(HttpClient http, Request what, string cookies)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(what.Verb),
            new Uri(http.BaseAddress + what.Path.TrimStart('/'))
        );
        if (what.Verb is "POST" or "PUT" or "BREW")
        {
            request.Content = new ByteArrayContent(what.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", what.Type);
        }
        foreach (var (name, value) in what.Headers.Append(("Cookie", cookies)))
        {
            HttpHeaders headers =
                name.StartsWith("Content-", StringComparison.Ordinal) && request.Content is { } content
                    ? content.Headers
                    : request.Headers;
            headers.TryAddWithoutValidation(name, value);
        }
        try
        {
            using var reply = await http.SendAsync(request);
            await reply.Content.ReadAsByteArrayAsync();
            // Nobody is behind these pages: 503 says so, and 501 and 504 are not made up here.
            return (int)reply.StatusCode is 500 or 501 or > 503 ? $"{(int)reply.StatusCode}: {what}" : null;
        }
        catch (HttpRequestException)
        {
            // Headers beyond the bound, or a verb that is none: the connection ends.
            return null;
        }
    }

    private static HttpClient From(IPAddress address, Uri to) =>
        new(
            new SocketsHttpHandler
            {
                UseCookies = false,
                AllowAutoRedirect = false,
                ConnectCallback = async (context, token) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    socket.Bind(new IPEndPoint(address, 0));
                    await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, token);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = to,
            Timeout = TimeSpan.FromSeconds(30),
        };

    private sealed record Request(
        string Verb,
        string Path,
        string Type,
        byte[] Body,
        IReadOnlyList<(string Name, string Value)> Headers
    )
    {
        public override string ToString() =>
            $"{Verb} {Path} {Type} {Encoding.ASCII.GetString(Body.AsSpan(0, Math.Min(60, Body.Length)))}"
            + $" {string.Join(' ', Headers.Select(h => h.Name))}";
    }
}

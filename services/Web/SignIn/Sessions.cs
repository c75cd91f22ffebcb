using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Web.SignIn;

/// <summary>Who is signed in, kept in the database and found by a cookie that no script can read.</summary>
public static class Sessions
{
    /// <summary>Name of the cookie: "{client}.{secret}", of which the database knows a hash.</summary>
    public const string Cookie = "mobility-session";

    /// <summary>The job that deletes sessions whose time is over.</summary>
    public const string Job = "sessions-over";

    /// <summary>A development session outlives a scenario that jumps over days.</summary>
    private static readonly TimeSpan DevelopmentLife = TimeSpan.FromDays(30);

    /// <summary>A token this close to its end is made anew, so that the calls of one page all get through.</summary>
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromMinutes(1);

    private static readonly object CurrentKey = new();

    /// <summary>The person who sent the request; null when nobody is signed in.</summary>
    public static async Task<Session?> Current(HttpContext http)
    {
        if (http.Items.TryGetValue(CurrentKey, out var known))
        {
            return (Session?)known;
        }
        var session = await Read(http);
        http.Items[CurrentKey] = session;
        return session;
    }

    /// <summary>Signs in the bearer of a token, until the token ends.</summary>
    /// <exception cref="Refusal">The token is refused, or there is no page for its role.</exception>
    public static async Task<Session> Begin(HttpContext http, string token)
    {
        var caller = await http.RequestServices.GetRequiredService<Issuers>().Read($"Bearer {token}");
        var read = new JsonWebToken(token);
        var alias = read.TryGetPayloadValue<string>("alias", out var name) ? name : "";
        return await Begin(http, token, caller, alias.Length <= 40 ? alias : alias[..40], person: null);
    }

    /// <summary>Signs in a person of the development system.</summary>
    /// <exception cref="Refusal">There is no such person.</exception>
    public static async Task<Session> BeginDevelopment(HttpContext http, string key)
    {
        var people = http.RequestServices.GetRequiredService<DevelopmentPeople>();
        var person = people.Find(key) ?? throw NoPage();
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var token = people.Token(person, now, now);
        var caller = await http.RequestServices.GetRequiredService<Issuers>().Read($"Bearer {token}");
        return await Begin(http, token, caller, person.Alias, person);
    }

    /// <summary>Works for another client of the same token from now on; false when the token does not name
    /// it.</summary>
    public static async Task<bool> Choose(HttpContext http, string client)
    {
        if (await Current(http) is not { } session || !session.Clients.Contains(client, StringComparer.Ordinal))
        {
            return false;
        }
        _ = TryReadCookie(http, out var before, out var idHash);
        await Db(http)
            .InTransaction(
                Platform.Data.Db.AllClients,
                tx => SessionTable.Move(tx, before, client, idHash),
                http.RequestAborted
            );
        var secret = http.Request.Cookies[Cookie]!.Split('.')[1];
        http.Response.Cookies.Append(Cookie, $"{client}.{secret}", CookieOptions(http));
        return true;
    }

    /// <summary>Signs out: the cookie and the row are gone.</summary>
    public static async Task End(HttpContext http)
    {
        http.Items[CurrentKey] = null;
        if (TryReadCookie(http, out var client, out var idHash))
        {
            http.Response.Cookies.Delete(Cookie, CookieOptions(http));
            await Db(http).InTransaction(client, tx => SessionTable.Delete(tx, idHash), http.RequestAborted);
        }
    }

    /// <summary>Deletes sessions whose time is over.</summary>
    public static Task RemoveOver(JobContext job) =>
        job.Db.InTransaction(Platform.Data.Db.AllClients, SessionTable.DeleteOver, job.Token);

    private static async Task<Session> Begin(
        HttpContext http,
        string token,
        Caller caller,
        string alias,
        DevelopmentPerson? person
    )
    {
        var clients = http.RequestServices.GetRequiredService<ClientCatalogue>();
        var client = caller.Clients.FirstOrDefault(c => clients.Find(c) is not null);
        if (client is null || !(caller.IsRider || Session.IsStaffRole(caller.Role)))
        {
            throw NoPage();
        }
        var until = EndOf(token);
        var secret = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        var idHash = SHA256.HashData(Encoding.ASCII.GetBytes(secret));
        var now = Now(http);
        var row = new SessionRow
        {
            ClientId = client,
            IdHash = idHash,
            Subject = caller.Subject,
            Role = Roles.Name(caller.Role),
            Vendor = caller.Vendor,
            Alias = alias,
            SealedToken = SealOf(http, idHash).Protect(Encoding.UTF8.GetBytes(token)),
            TokenExpireTime = until,
            PersonKey = person?.Key,
            CreateTime = now,
            ExpireTime = person is null ? until : now + DevelopmentLife,
        };
        await End(http);
        await Db(http).InTransaction(client, tx => SessionTable.Insert(tx, row), http.RequestAborted);
        http.Response.Cookies.Append(Cookie, $"{client}.{secret}", CookieOptions(http));
        var session = new Session(token, caller.Role, caller.Subject, client, caller.Vendor, alias)
        {
            Clients = ClientsOf(http, token),
        };
        http.Items[CurrentKey] = session;
        return session;
    }

    private static async Task<Session?> Read(HttpContext http)
    {
        if (!TryReadCookie(http, out var client, out var idHash))
        {
            return null;
        }
        var row = await Db(http).InTransaction(client, tx => SessionTable.Get(tx, idHash), http.RequestAborted);
        if (row is null || !Roles.TryParse(row.Role, out var role))
        {
            return null;
        }
        var token = await Fresh(http, row);
        return token is null
            ? null
            : new Session(token, role, row.Subject, client, row.Vendor, row.Alias) { Clients = ClientsOf(http, token) };
    }

    /// <summary>The token of the row; a development token near its end is made anew.</summary>
    private static async Task<string?> Fresh(HttpContext http, SessionRow row)
    {
        var now = Now(http);
        if (row.PersonKey is null || row.TokenExpireTime > now + RenewedBefore)
        {
            return Opened(http, row);
        }
        var people = http.RequestServices.GetRequiredService<DevelopmentPeople>();
        if (people.Find(row.PersonKey) is not { } person)
        {
            return null;
        }
        var token = people.Token(person, now, row.CreateTime);
        var sealedToken = SealOf(http, row.IdHash).Protect(Encoding.UTF8.GetBytes(token));
        await Db(http)
            .InTransaction(
                row.ClientId,
                tx => SessionTable.Renew(tx, row.IdHash, sealedToken, EndOf(token)),
                http.RequestAborted
            );
        return token;
    }

    private static bool TryReadCookie(HttpContext http, out string client, out byte[] idHash)
    {
        var parts = (http.Request.Cookies[Cookie] ?? "").Split('.');
        var known = http.RequestServices.GetRequiredService<ClientCatalogue>().Find(parts[0]);
        client = known?.Id ?? "";
        idHash = parts.Length == 2 ? SHA256.HashData(Encoding.UTF8.GetBytes(parts[1])) : [];
        return known is not null && parts.Length == 2;
    }

    /// <summary>It ends with the browser, or when the row does: the browser's clock need not be ours.</summary>
    private static CookieOptions CookieOptions(HttpContext http) =>
        new()
        {
            HttpOnly = true,
            Secure = http.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            IsEssential = true,
        };

    private static List<string> ClientsOf(HttpContext http, string token)
    {
        var known = http.RequestServices.GetRequiredService<ClientCatalogue>();
        var named = new JsonWebToken(token).Claims.Where(c => c.Type == "clients").Select(c => c.Value);
        return [.. named.Where(c => known.Find(c) is not null).Distinct(StringComparer.Ordinal)];
    }

    private static DateTimeOffset EndOf(string token) => new(new JsonWebToken(token).ValidTo, TimeSpan.Zero);

    private static DateTimeOffset Now(HttpContext http) =>
        http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    private static Db Db(HttpContext http) => http.RequestServices.GetRequiredService<Db>();

    /// <summary>The token as it was put in; null when the service's key is another one now.</summary>
    private static string? Opened(HttpContext http, SessionRow row)
    {
        try
        {
            return Encoding.UTF8.GetString(SealOf(http, row.IdHash).Unprotect(row.SealedToken));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Seals for one session: the sealed token of another does not open in its place.</summary>
    private static IDataProtector SealOf(HttpContext http, byte[] idHash) =>
        http
            .RequestServices.GetRequiredService<WebKey>()
            .CreateProtector($"session-token/{Convert.ToHexStringLower(idHash)}");

    private static Refusal NoPage() =>
        new(StatusCode.PermissionDenied, Errors.NoPageForRole, "There is no page for such a person.");
}

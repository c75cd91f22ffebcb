using Google.Protobuf.WellKnownTypes;
using Mobility.Desk.V1;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Web.SignIn;

namespace Mobility.Web.AgentDesk;

/// <summary>What every part of a desk page needs to know.</summary>
public sealed record DeskContext(Words Words, Session Session, ClientProfile Client, DateTimeOffset Now)
{
    /// <summary>Path of this page, to which forms return.</summary>
    public required string Here { get; init; }

    public Draft? Draft { get; init; }

    /// <summary>How a reporter can be reached, when that was just asked for.</summary>
    public Mobility.Parking.V1.ComplaintContact? Shown { get; init; }

    /// <summary>What screens call people.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    public static DeskContext Of(HttpContext http, Session session, string here, Draft? draft = null)
    {
        var clients = http.RequestServices.GetRequiredService<ClientCatalogue>();
        return new DeskContext(
            Words.Of(http),
            session,
            clients.Find(session.Client)!,
            http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()
        )
        {
            Here = here,
            Draft = draft,
        };
    }

    /// <summary>Is the person one of these?</summary>
    public bool Is(params IReadOnlyList<Role> roles) => roles.Contains(Session.Role);

    /// <summary>The word of an enum's value as the desk says it; "other" for one that this version does not
    /// know.</summary>
    public string Word<T>(T value)
        where T : struct, System.Enum => Words.Find($"desk.{typeof(T).Name}.{value}") ?? Words["desk.other"];

    /// <summary>The word of a code of some catalogue.</summary>
    public string Code(string kind, string code) => Words.Find($"desk.{kind}.{code}") ?? Words["desk.other"];

    /// <summary>The word of a complaint's category.</summary>
    public string Category(string code) => Code("category", code);

    public string When(Timestamp? time) => Words.Time(time, Client, Now);

    /// <summary>Who it is: the person themself, an alias, the system, or somebody of a role that screens do not
    /// name.</summary>
    public string Who(string person) =>
        person.Length == 0 ? Words["desk.nobody"]
        : person == Session.Subject ? Words["desk.me"]
        : person == "system" ? Words["desk.system"]
        : Aliases.GetValueOrDefault(person) ?? Words["desk.colleague"];

    /// <summary>The word of a resource by its collection: "complaint", "refund".</summary>
    public string Thing(string name)
    {
        var parts = name.Split('/');
        return parts.Length < 3 ? "" : Words.Find($"desk.thing.{parts[2]}") ?? "";
    }

    /// <summary>Everybody whom the case and the rota name.</summary>
    public static IReadOnlyDictionary<string, string> AliasesOf(Case? matter, IEnumerable<Shift> duty)
    {
        var named = duty.Select(s => (s.Person, s.Alias));
        if (matter is not null)
        {
            named = named
                .Append((matter.Owner, matter.OwnerAlias))
                .Concat(matter.Log.Select(l => (l.Actor, l.ActorAlias)))
                .Concat(matter.Notes.Select(n => (n.Author, n.AuthorAlias)));
        }
        return AliasesOf(named);
    }

    /// <summary>Aliases by person; who has none is left out.</summary>
    public static IReadOnlyDictionary<string, string> AliasesOf(IEnumerable<(string Person, string Alias)> named) =>
        named
            .Where(p => p.Person.Length > 0 && p.Alias.Length > 0)
            .DistinctBy(p => p.Person, StringComparer.Ordinal)
            .ToDictionary(p => p.Person, p => p.Alias, StringComparer.Ordinal);

    /// <summary>The last part of a resource name, for paths.</summary>
    public static string Id(string name) => name[(name.LastIndexOf('/') + 1)..];
}

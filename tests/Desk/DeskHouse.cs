using Google.Protobuf;
using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using Case = Mobility.Desk.V1.Case;

namespace Mobility.Tests.Desk;

/// <summary>The service on a database of its own, the people of the desk, and events as the other services send
/// them.</summary>
internal sealed partial class DeskHouse : IAsyncDisposable
{
    public const string Parent = $"clients/{TestIssuer.Client}";
    private long revisions;

    private DeskHouse(TestService service)
    {
        Service = service;
        Rpc = new DeskService.DeskServiceClient(service.Channel);
        Agent = NewPerson();
        OtherAgent = NewPerson();
        Lead = NewPerson();
        Deputy = NewPerson();
        Officer = NewPerson();
        Rider = Name("riders");
    }

    public TestService Service { get; }
    public DeskService.DeskServiceClient Rpc { get; }
    public string Agent { get; }
    public string OtherAgent { get; }
    public string Lead { get; }
    public string Deputy { get; }
    public string Officer { get; }
    public string Rider { get; }
    public DateTimeOffset Now => Service.Clock.GetUtcNow();

    public Metadata AsAgent => As(Role.Agent, Agent);
    public Metadata AsOtherAgent => As(Role.Agent, OtherAgent);
    public Metadata AsLead => As(Role.Lead, Lead);
    public Metadata AsRider => As(Role.Rider, Rider);

    /// <summary>The desk with nobody at it; what runs by itself waits for the test's clock.</summary>
    public static async Task<DeskHouse> Open(IReadOnlyDictionary<string, string>? own = null) =>
        new(await TestService.Start(new DeskApp(), own));

    /// <summary>The desk in a service that other tests use too.</summary>
    public static async Task<DeskHouse> Open(OneService<DeskApp> one) => new(await one.Visit());

    /// <summary>The desk on a working day: two agents and a lead on duty for eight hours, a deputy and an officer
    /// enrolled.</summary>
    public static async Task<DeskHouse> OpenStaffed(IReadOnlyDictionary<string, string>? own = null) =>
        await Staffed(await Open(own));

    /// <summary>The same in a service that other tests use too.</summary>
    public static async Task<DeskHouse> OpenStaffed(OneService<DeskApp> one) => await Staffed(await Open(one));

    private static async Task<DeskHouse> Staffed(DeskHouse house)
    {
        await house.Enrol(house.Agent, MemberRole.Agent, alias: "상담원 1");
        await house.Enrol(house.OtherAgent, MemberRole.Agent, alias: "상담원 2");
        await house.Enrol(house.Lead, MemberRole.Lead, alias: "팀장");
        await house.Enrol(house.Deputy, MemberRole.Agent, alias: "부팀장");
        await house.Enrol(house.Officer, MemberRole.ClientOfficer, alias: "운영사");
        await house.Put(house.Agent, DutyRole.Agent, TimeSpan.Zero, TimeSpan.FromHours(8));
        await house.Put(house.OtherAgent, DutyRole.Agent, TimeSpan.Zero, TimeSpan.FromHours(8));
        await house.Put(house.Lead, DutyRole.Lead, TimeSpan.Zero, TimeSpan.FromHours(8));
        return house;
    }

    public Metadata As(Role role, string subject, string client = TestIssuer.Client) =>
        Service.As(role, subject, client);

    public string NewId() => Guid.CreateVersion7(Now).ToString();

    public string NewPerson() => $"people/{NewId()}";

    public string Name(string collection) => $"{Parent}/{collection}/{NewId()}";

    public static Guid IdOf(string name) => Guid.Parse(name.Split('/')[^1]);

    /// <summary>Refunds tells of a member; each time under a later revision.</summary>
    public Task Enrol(
        string person,
        MemberRole role,
        MemberState state = MemberState.Active,
        string alias = "",
        long? revision = null
    ) =>
        Service.Apply(
            OnMemberChanged.Handle,
            new MemberChanged
            {
                Member = $"{Parent}/members/{IdOf(person)}",
                Revision = revision ?? ++revisions,
                Person = person,
                Vendor = "vendors/haenam-contact",
                Role = role,
                Level = 1,
                State = state,
                Alias = alias,
            }
        );

    /// <summary>Puts a member on duty, from and until so long after now.</summary>
    public async Task Put(string person, DutyRole role, TimeSpan from, TimeSpan until) =>
        await Rpc.CreateShiftAsync(
            ShiftOf(person, from.TotalHours, (until - from).TotalHours, role),
            As(Role.Lead, NewPerson())
        );

    public async Task<Case> Get(string name) =>
        await Rpc.GetCaseAsync(new GetCaseRequest { Name = name }, As(Role.Auditor, NewPerson()));

    /// <summary>The one case of the thing.</summary>
    public async Task<Case> CaseOf(string part)
    {
        var cases = await Service.Rows<string>(
            """SELECT 'clients/' || client_id || '/cases/' || case_id FROM case_parts WHERE thing_id = @id""",
            new { id = IdOf(part) }
        );
        return await Get(Assert.Single(cases));
    }

    /// <summary>Kinds and recipients of all messages about the thing, in order of their kinds.</summary>
    public async Task<IReadOnlyList<string>> ToldOf(string subject) =>
        await Service.Rows<string>(
            """SELECT kind FROM messages WHERE subject = @subject ORDER BY kind""",
            new { subject }
        );

    /// <summary>Data of the events of a kind, in order.</summary>
    public async Task<IReadOnlyList<T>> EventsOf<T>()
        where T : IMessage<T>, new()
    {
        var descriptor = new T().Descriptor;
        var all = await Service.Events();
        return
        [
            .. all.Where(e => e.Type == descriptor.FullName)
                .Select(e => (T)JsonParser.Default.Parse(e.Data, descriptor)),
        ];
    }

    /// <summary>A number that changes when any row of the service's own tables does.</summary>
    public async Task<string> Fingerprint() =>
        Assert.Single(
            await Service.Rows<string>(
                """
                SELECT md5(concat_ws('|',
                    (SELECT string_agg(c::text, ',' ORDER BY id) FROM cases c),
                    (SELECT string_agg(p::text, ',' ORDER BY thing_id) FROM case_parts p),
                    (SELECT string_agg(l::text, ',' ORDER BY case_id, number) FROM case_log l),
                    (SELECT string_agg(n::text, ',' ORDER BY case_id, number) FROM case_notes n),
                    (SELECT string_agg(k::text, ',' ORDER BY id) FROM contacts k),
                    (SELECT string_agg(m.kind, ',' ORDER BY id) FROM messages m),
                    (SELECT string_agg(s::text, ',' ORDER BY id) FROM shifts s),
                    (SELECT count(*) FROM once WHERE key NOT LIKE 'event:%')))
                """
            )
        );

    /// <summary>The call is refused with the code and reason, and no row is changed.</summary>
    public async Task<RpcException> Refused(StatusCode code, string reason, Func<Task> call)
    {
        var before = await Fingerprint();
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((code, reason), (refused.StatusCode, TestService.ReasonOf(refused)));
        Assert.Equal(before, await Fingerprint());
        return refused;
    }

    /// <summary>The call is refused for these fields, all at once.</summary>
    public async Task Invalid(Func<Task> call, params string[] fields)
    {
        var refused = await Refused(StatusCode.InvalidArgument, "FIELD_INVALID", call);
        Assert.Equal(fields, TestService.FieldsOf(refused));
    }

    /// <summary>Every role but those named is refused.</summary>
    public async Task AdmitsOnly(Func<Metadata, Task> call, params Role[] roles)
    {
        foreach (var role in System.Enum.GetValues<Role>().Except([.. roles, Role.Anonymous]))
        {
            var caller = As(role, role == Role.Rider ? Rider : NewPerson());
            await Refused(StatusCode.PermissionDenied, "PERMISSION_DENIED", () => call(caller));
        }
    }

    /// <summary>The same request ten times at once: ten equal replies, the first of which is returned.</summary>
    public static async Task<T> TenAtOnce<T>(Func<Task<T>> call)
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(call)));
        return Assert.Single(replies.Distinct());
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}

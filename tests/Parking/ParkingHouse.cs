using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Mobility.Type.V1;
using Xunit;
using Complaint = Mobility.Parking.V1.Complaint;

namespace Mobility.Tests.Parking;

/// <summary>The service on a database of its own, and people who call it; what is given comes about through the API and
/// through events only.</summary>
internal sealed class ParkingHouse : IAsyncDisposable
{
    public const string Parent = $"clients/{TestIssuer.Client}";

    /// <summary>A point in the middle of the client's service area.</summary>
    public const double Latitude = 37.7645;
    public const double Longitude = 128.8996;

    private static readonly string[] Tables =
    [
        "vehicles",
        "rides",
        "members",
        "stays",
        "episodes",
        "removals",
        "complaints",
        "complaint_vehicles",
        "contacts",
        "contact_reads",
        "photos",
        "feedback",
        "told_messages",
        "once",
        "outbox",
    ];

    private ParkingHouse(TestService service)
    {
        Service = service;
        Rpc = new ParkingService.ParkingServiceClient(service.Channel);
        Agent = NewPerson();
        Lead = NewPerson();
        Technician = NewPerson();
    }

    public TestService Service { get; }
    public ParkingService.ParkingServiceClient Rpc { get; }
    public string Agent { get; }
    public string Lead { get; }
    public string Technician { get; }
    public DateTimeOffset Now => Service.Clock.GetUtcNow();

    public Metadata AsAgent => As(Role.Agent, Agent);
    public Metadata AsLead => As(Role.Lead, Lead);
    public Metadata AsTechnician => As(Role.Technician, Technician);

    /// <summary>Without a token.</summary>
    public static Metadata AsNobody => [];

    public static async Task<ParkingHouse> Open(string? database = null)
    {
        var app = new ParkingApp();
        return new(await TestService.Start(app, TestService.OwnOf(app), database: database));
    }

    /// <summary>In a service that other tests use too.</summary>
    public static async Task<ParkingHouse> Open(OneService<ParkingApp> one) => new(await one.Visit());

    public Metadata As(Role role, string subject, string client = TestIssuer.Client) =>
        role == Role.Anonymous ? AsNobody : Service.As(role, subject, client);

    public string NewId() => Guid.CreateVersion7(Now).ToString();

    /// <summary>A random UUID, version 4, as browsers make them.</summary>
    public static string NewRandomId()
    {
        var bytes = System.Security.Cryptography.RandomNumberGenerator.GetBytes(16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    public string NewPerson() => $"people/{NewId()}";

    /// <summary>Lets the service hear of a vehicle; its name.</summary>
    public async Task<string> Vehicle(string code, string client = TestIssuer.Client)
    {
        var vehicle = $"clients/{client}/vehicles/{NewId()}";
        await Service.Apply(
            OnVehicleChanged.Handle,
            new VehicleChanged
            {
                Vehicle = vehicle,
                Revision = 1,
                Product = "scooter",
                State = VehicleState.Available,
                PrintedCode = code,
                UpdateTime = Now.ToTimestamp(),
            },
            client
        );
        return vehicle;
    }

    /// <summary>Lets the service hear of a ride that ended just now.</summary>
    public Task Ride(string vehicle) =>
        Service.Apply(
            OnRideRecorded.Handle,
            new RideRecorded
            {
                Ride = $"{Parent}/rides/{NewId()}",
                Revision = 1,
                Vehicle = vehicle,
                Rider = $"{Parent}/riders/{NewId()}",
                StartTime = (Now - TimeSpan.FromMinutes(5)).ToTimestamp(),
                EndTime = Now.ToTimestamp(),
                UnlockOutcome = UnlockOutcome.Unlocked,
            }
        );

    public Task Standing(string person, MemberState state, long revision) =>
        Service.Apply(
            OnMemberChanged.Handle,
            new MemberChanged
            {
                Member = $"{Parent}/members/{person.Split('/')[1]}",
                Revision = revision,
                Person = person,
                Role = MemberRole.Agent,
                State = state,
            }
        );

    public CreateComplaintRequest Complaining(params string[] codes) =>
        new()
        {
            Parent = Parent,
            RequestId = NewRandomId(),
            Sender = NewId(),
            Complaint = new Complaint
            {
                Point = new LatLng { Latitude = Latitude, Longitude = Longitude },
                AccuracyMeters = 8,
                Category = "storefront",
                PrintedCodes = { codes },
                Note = "가게 문 앞을 막고 있어요",
                Channel = ComplaintChannel.Web,
            },
        };

    /// <summary>Files as somebody without an account, unless another caller is named.</summary>
    public async Task<Complaint> File(CreateComplaintRequest request, Metadata? caller = null) =>
        await Rpc.CreateComplaintAsync(request, caller ?? AsNobody);

    public Task<Complaint> File(params string[] codes) => File(Complaining(codes));

    public async Task<Complaint> Get(string name) =>
        await Rpc.GetComplaintAsync(new GetComplaintRequest { Name = name }, AsAgent);

    public async Task<TrackedComplaint> Track(string code) =>
        await Rpc.TrackComplaintAsync(new TrackComplaintRequest { TrackingCode = code, Sender = NewId() });

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

    /// <summary>Short names of the events so far, in order.</summary>
    public async Task<IReadOnlyList<string>> EventNames() =>
        [.. (await Service.Events()).Select(e => e.Type[(e.Type.LastIndexOf('.') + 1)..])];

    /// <summary>Every row of the service's own tables, as text.</summary>
    public async Task<IReadOnlyList<(string Table, string Row)>> Dump()
    {
        var rows = new List<(string, string)>();
        foreach (var table in Tables)
        {
            // The relay numbers what waits whenever it comes to it.
            var row =
                table == "outbox"
                    ? "to_jsonb(t) - 'sequence' - 'publish_time' - 'refusal' #- '{envelope,sequence}'"
                    : "t";
            var found = await Service.Db.InTransaction(
                Mobility.Platform.Data.Db.AllClients,
                tx => tx.List<string>($"SELECT ({row})::text FROM {table} AS t ORDER BY 1"),
                CancellationToken.None
            );
            rows.AddRange(found.Select(row => (table, row)));
        }

        return rows;
    }

    /// <summary>The call is refused with the code and reason, and no row is changed.</summary>
    public async Task<RpcException> Refused(StatusCode code, string reason, Func<Task> call)
    {
        var before = await Dump();
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((code, reason), (refused.StatusCode, TestService.ReasonOf(refused)));
        Assert.Equal(before, await Dump());
        return refused;
    }

    /// <summary>The call is refused because of these fields only.</summary>
    public async Task<RpcException> Invalid(Func<Task> call, params string[] fields)
    {
        var refused = await Refused(StatusCode.InvalidArgument, "FIELD_INVALID", call);
        Assert.Equal(fields, TestService.FieldsOf(refused).Distinct());
        return refused;
    }

    /// <summary>Every role but those named is refused.</summary>
    public async Task AdmitsOnly(Func<Metadata, Task> call, params Role[] roles)
    {
        foreach (var role in System.Enum.GetValues<Role>().Except(roles))
        {
            var subject = role == Role.Rider ? $"{Parent}/riders/{NewId()}" : NewPerson();
            var (code, reason) =
                role == Role.Anonymous
                    ? (StatusCode.Unauthenticated, "CREDENTIALS_MISSING")
                    : (StatusCode.PermissionDenied, "PERMISSION_DENIED");
            await Refused(code, reason, () => call(As(role, subject)));
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

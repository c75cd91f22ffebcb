using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Mobility.Type.V1;
using Xunit;
using Fault = Mobility.Faults.V1.Fault;
using Ride = Mobility.Faults.V1.Ride;
using Vehicle = Mobility.Faults.V1.Vehicle;

namespace Mobility.Tests.Faults;

/// <summary>The service on a database of its own, and people who call it; what is given comes about through the API
/// only.</summary>
internal sealed class FaultsHouse : IAsyncDisposable
{
    public const string Parent = $"clients/{TestIssuer.Client}";

    /// <summary>A point in the middle of the client's service area.</summary>
    public const double Latitude = 37.7645;
    public const double Longitude = 128.8996;

    private FaultsHouse(TestService service)
    {
        Service = service;
        Rpc = new FaultsService.FaultsServiceClient(service.Channel);
        Rider = NewRider();
        OtherRider = NewRider();
        Agent = NewPerson();
        Technician = NewPerson();
    }

    public TestService Service { get; }
    public FaultsService.FaultsServiceClient Rpc { get; }
    public string Rider { get; }
    public string OtherRider { get; }
    public string Agent { get; }
    public string Technician { get; }
    public DateTimeOffset Now => Service.Clock.GetUtcNow();

    public Metadata AsRider => As(Role.Rider, Rider);
    public Metadata AsOtherRider => As(Role.Rider, OtherRider);
    public Metadata AsAgent => As(Role.Agent, Agent);
    public Metadata AsTechnician => As(Role.Technician, Technician);
    public Metadata AsOperator => As(Role.Operator, "systems/fleet");

    public static async Task<FaultsHouse> Open() => new(await TestService.Start(new FaultsApp()));

    /// <summary>In a service that other tests use too.</summary>
    public static async Task<FaultsHouse> Open(OneService<FaultsApp> one) => new(await one.Visit());

    public Metadata As(Role role, string subject, string client = TestIssuer.Client) =>
        Service.As(role, subject, client);

    public string NewId() => Guid.CreateVersion7(Now).ToString();

    public string NewRider() => $"{Parent}/riders/{NewId()}";

    public string NewPerson() => $"people/{NewId()}";

    public async Task<Vehicle> Register(string code = "GN-0001") =>
        await Rpc.RegisterVehicleAsync(Registration(code), AsOperator);

    public RegisterVehicleRequest Registration(string code = "GN-0001") =>
        new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Vehicle = new Vehicle
            {
                PrintedCode = code,
                Product = "scooter",
                ExternalId = "fleet-7",
            },
        };

    /// <summary>A ride of ten minutes that ended just now.</summary>
    public RecordRideRequest RideOn(Vehicle vehicle, string? rider = null, TimeSpan? endedAgo = null)
    {
        var end = Now - (endedAgo ?? TimeSpan.Zero);
        return new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Ride = new Ride
            {
                ExternalId = "R-" + NewId(),
                Vehicle = vehicle.Name,
                Rider = rider ?? Rider,
                StartTime = (end - TimeSpan.FromMinutes(10)).ToTimestamp(),
                EndTime = end.ToTimestamp(),
                DistanceMeters = 1_800,
                UnlockOutcome = UnlockOutcome.Unlocked,
            },
        };
    }

    public async Task<Ride> Record(Vehicle vehicle, string? rider = null, TimeSpan? endedAgo = null) =>
        await Rpc.RecordRideAsync(RideOn(vehicle, rider, endedAgo), AsOperator);

    public CreateFaultRequest Report(string category = "BRAKE_FAILURE", string code = "GN-0001") =>
        new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Fault = new Fault
            {
                PrintedCode = code,
                Category = category,
                Note = "뒷브레이크가 듣지 않아요",
                Position = new LatLng { Latitude = Latitude, Longitude = Longitude },
                PositionAccuracyMeters = 12.5,
                Channel = Channel.App,
            },
        };

    public async Task<Fault> Create(CreateFaultRequest request, Metadata? caller = null) =>
        await Rpc.CreateFaultAsync(request, caller ?? AsRider);

    /// <summary>A brake failure that grounds the vehicle because crew says so.</summary>
    public Task<Fault> CreateGrounding(string code = "GN-0001") => Create(Report(code: code), AsTechnician);

    /// <summary>A brake failure by a rider who never rode the vehicle: it waits for a person.</summary>
    public Task<Fault> CreateHeld(string code = "GN-0001", string? rider = null) =>
        Create(Report(code: code), As(Role.Rider, rider ?? Rider));

    /// <summary>State and revision of the only vehicle with the code.</summary>
    public async Task<(VehicleState State, long Revision)> VehicleOf(string code = "GN-0001")
    {
        var rows = await Service.Rows<(int State, long Revision)>(
            """SELECT state, revision FROM vehicles WHERE printed_code = @code""",
            new { code }
        );
        var (state, revision) = Assert.Single(rows);
        return ((VehicleState)state, revision);
    }

    /// <summary>Short names of the events so far, in order.</summary>
    public async Task<IReadOnlyList<string>> EventNames() =>
        [.. (await Service.Events()).Select(e => e.Type[(e.Type.LastIndexOf('.') + 1)..])];

    /// <summary>Data of the events of a kind, in order.</summary>
    public async Task<IReadOnlyList<T>> EventsOf<T>()
        where T : Google.Protobuf.IMessage<T>, new()
    {
        var descriptor = new T().Descriptor;
        var all = await Service.Events();
        return
        [
            .. all.Where(e => e.Type == descriptor.FullName)
                .Select(e => (T)Google.Protobuf.JsonParser.Default.Parse(e.Data, descriptor)),
        ];
    }

    /// <summary>A number that changes when any row of the service's own tables does.</summary>
    public async Task<string> Fingerprint() =>
        Assert.Single(
            await Service.Rows<string>(
                """
                SELECT md5(concat_ws('|',
                    (SELECT string_agg(v::text, ',' ORDER BY id) FROM vehicles v),
                    (SELECT string_agg(r::text, ',' ORDER BY id) FROM rides r),
                    (SELECT string_agg(f::text, ',' ORDER BY id) FROM faults f),
                    (SELECT string_agg(m::text, ',' ORDER BY person) FROM members m),
                    (SELECT count(*) FROM once), (SELECT count(*) FROM outbox)))
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

    /// <summary>Every role but those named is refused; nobody has a token that says "anonymous".</summary>
    public async Task AdmitsOnly(Func<Metadata, Task> call, params Role[] roles)
    {
        foreach (var role in System.Enum.GetValues<Role>().Except(roles).Where(role => role != Role.Anonymous))
        {
            var caller = As(role, role == Role.Rider ? Rider : NewPerson());
            await Refused(StatusCode.PermissionDenied, "PERMISSION_DENIED", () => call(caller));
        }
    }

    /// <summary>The same request ten times at once: ten equal replies, the first of which is returned.</summary>
    public async Task<T> TenAtOnce<T>(Func<Task<T>> call)
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(call)));
        return Assert.Single(replies.Distinct());
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}

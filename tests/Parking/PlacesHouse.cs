using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Tests.Support;
using Mobility.Type.V1;
using Xunit;

namespace Mobility.Tests.Parking;

/// <summary>The service on a database of its own, and an operator who brings zones and positions.</summary>
internal sealed class PlacesHouse : IAsyncDisposable
{
    public const string Parent = $"clients/{TestIssuer.Client}";

    /// <summary>Gangneung station.</summary>
    public const double Latitude = 37.7645;
    public const double Longitude = 128.8996;

    private PlacesHouse(TestService service)
    {
        Service = service;
        Rpc = new ParkingService.ParkingServiceClient(service.Channel);
    }

    public TestService Service { get; }
    public ParkingService.ParkingServiceClient Rpc { get; }
    public DateTimeOffset Now => Service.Clock.GetUtcNow();
    public Metadata AsOperator => As(Role.Operator);

    /// <summary>The client, as the catalogue has it.</summary>
    public static ClientProfile Client => ClientCatalogue.Load(TestIssuer.ClientsFile).Find(TestIssuer.Client)!;

    public static async Task<PlacesHouse> Open(FakeClock? clock = null)
    {
        var app = new ParkingApp();
        return new(await TestService.Start(app, TestService.OwnOf(app), clock));
    }

    /// <summary>In a service that other tests use too.</summary>
    public static async Task<PlacesHouse> Open(OneService<ParkingApp> one) => new(await one.Visit());

    public string NewId() => Guid.CreateVersion7(Now).ToString();

    /// <summary>What a caller without a token must make.</summary>
    public Metadata As(Role role, string client = TestIssuer.Client) =>
        role == Role.Anonymous
            ? []
            : Service.As(role, role == Role.Rider ? $"clients/{client}/riders/{NewId()}" : $"people/{NewId()}", client);

    public ImportZonesRequest Zones(string content, string source = "city", ZoneFormat format = ZoneFormat.Geojson) =>
        Zones(Encoding.UTF8.GetBytes(content), source, format);

    public ImportZonesRequest Zones(byte[] content, string source, ZoneFormat format) =>
        new()
        {
            Parent = Parent,
            Source = source,
            Format = format,
            Content = ByteString.CopyFrom(content),
            RequestId = NewId(),
        };

    public async Task<ZoneImport> Import(ImportZonesRequest request) => await Rpc.ImportZonesAsync(request, AsOperator);

    public ImportPositionsRequest Positions(string content) =>
        new()
        {
            Parent = Parent,
            Content = ByteString.CopyFromUtf8(content),
            RequestId = NewId(),
        };

    /// <summary>Takes a feed made now.</summary>
    public async Task<PositionImport> Import(params FeedVehicle[] vehicles) =>
        await Rpc.ImportPositionsAsync(Positions(FeedVehicle.Feed(Now, vehicles)), AsOperator);

    /// <summary>Tells the service of a vehicle as Faults does.</summary>
    public async Task<Guid> Know(string code, string client = TestIssuer.Client)
    {
        var id = Guid.CreateVersion7(Now);
        var evt = new VehicleChanged
        {
            Vehicle = $"clients/{client}/vehicles/{id}",
            Revision = 1,
            PrintedCode = code,
            State = VehicleState.Available,
        };
        await Service.Apply(OnVehicleChanged.Handle, evt, client);
        return id;
    }

    /// <summary>Reads in a transaction of the client.</summary>
    public Task<T> Read<T>(Func<Tx, Task<T>> read, string client = TestIssuer.Client) =>
        Service.Db.InTransaction(client, read, CancellationToken.None);

    public async Task<IReadOnlyList<Zone>> ListAll(Box? box = null)
    {
        var request = new ListZonesRequest { Parent = Parent, PageSize = 200 };
        request.Box = box;
        var zones = new List<Zone>();
        do
        {
            var page = await Rpc.ListZonesAsync(request, AsOperator);
            zones.AddRange(page.Zones);
            request.PageToken = page.NextPageToken;
        } while (request.PageToken.Length > 0);
        return zones;
    }

    public static LatLng Point(double latitude, double longitude) =>
        new() { Latitude = latitude, Longitude = longitude };

    public static async Task<RpcException> Refused(StatusCode code, string reason, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((code, reason), (refused.StatusCode, TestService.ReasonOf(refused)));
        return refused;
    }

    /// <summary>Every role but those named is refused.</summary>
    public async Task AdmitsOnly(Func<Metadata, Task> call, params Role[] roles)
    {
        foreach (var role in Enum.GetValues<Role>().Except(roles))
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => call(As(role)));
            Assert.Contains(refused.StatusCode, new[] { StatusCode.PermissionDenied, StatusCode.Unauthenticated });
        }
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}

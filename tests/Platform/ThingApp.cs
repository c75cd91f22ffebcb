using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Tests.Support;

namespace Mobility.Tests.Platform;

/// <summary>A page with one RPC and one event whose effects a test chooses: what the platform does shows without a
/// service.</summary>
internal sealed class ThingApp : ServiceApp
{
    public const string Rider = "clients/gangneung-kick/riders/0190a6c0-0000-7000-8000-000000000001";
    public const string Thing = "clients/gangneung-kick/vehicles/0190a6c0-0000-7000-8000-00000000000a";

    public override string Name => "things";

    /// <summary>What RegisterVehicle does inside Once.</summary>
    public Func<RegisterVehicleRequest, Tx, Task<Vehicle>> Register { get; init; } = InsertThing;

    /// <summary>What VehicleChanged does.</summary>
    public Func<VehicleChanged, Tx, Task> OnVehicleChanged { get; init; } = (_, tx) => Insert(tx);

    /// <summary>Does this version know VehicleChanged?</summary>
    public bool KnowsVehicleChanged { get; init; } = true;

    /// <summary>Who may call RegisterVehicle.</summary>
    public Role[] MayRegister { get; init; } = [Role.Rider, Role.Operator];

    /// <summary>After how long an unused connection is closed.</summary>
    public TimeSpan Idle { get; init; } = Overload.IdleConnection;

    /// <summary>How long a slow body may take.</summary>
    public TimeSpan Body { get; init; } = Overload.BodyPatience;

    /// <summary>The RPC that stops somebody.</summary>
    public string Stop { get; init; } = "";

    public override TimeSpan IdleConnection => Idle;

    public override TimeSpan BodyPatience => Body;

    public override bool Stops(string method) => method == Stop;

    public override void Define(AppPage page)
    {
        page.Service<Rpc>(FaultsService.Descriptor);
        foreach (var method in FaultsService.Descriptor.Methods)
        {
            page.Rpc(method.Name, method.Name == "RegisterVehicle" ? MayRegister : [Role.Rider, Role.Operator]);
        }
        if (KnowsVehicleChanged)
        {
            page.Event<VehicleChanged>(OnVehicleChanged);
        }
        page.Ignore<RideRecorded>();
    }

    /// <summary>Starts it with its one table, client-owned.</summary>
    public async Task<TestService> Start(string? sidecar = null)
    {
        var service = await TestService.Start(this, sidecar: sidecar);
        await service.Rows<string>(
            """
            CREATE TABLE thing (
                client_id text NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (client_id, id));
            SELECT platform_protect('thing');
            """
        );
        return service;
    }

    /// <summary>How many things there are.</summary>
    public static async Task<long> Count(TestService service) =>
        (await service.Rows<long>("""SELECT count(*) FROM thing"""))[0];

    public static Task<int> Insert(Tx tx) =>
        tx.Execute("""INSERT INTO thing (client_id) VALUES (@ClientId)""", new { tx.ClientId });

    public static VehicleChanged Changed(long revision = 1) =>
        new()
        {
            Vehicle = Thing,
            Revision = revision,
            Product = "scooter",
            State = VehicleState.Available,
        };

    private static async Task<Vehicle> InsertThing(RegisterVehicleRequest request, Tx tx)
    {
        await Insert(tx);
        tx.Publish(Changed(), Thing);
        return new Vehicle { Name = Thing, PrintedCode = request.Vehicle?.PrintedCode ?? "" };
    }

    private sealed class Rpc(ServiceApp app) : FaultsService.FaultsServiceBase
    {
        public override Task<Vehicle> RegisterVehicle(RegisterVehicleRequest request, ServerCallContext context)
        {
            var call = Call.Of(context);
            var check = new Check(call);
            var client = check.Client(request.Parent);
            var requestId = check.RequestId(request.RequestId);
            check.Done();
            return call.Once(client.Id, requestId, request, tx => ((ThingApp)app).Register(request, tx));
        }
    }
}

using Grpc.Core;
using Grpc.Net.Client;
using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Platform;
using Mobility.Refunds.V1;

namespace Mobility.Web;

/// <summary>The four services behind the pages. A page asks them side by side and shows what it gets.</summary>
public sealed class Backends : IDisposable
{
    /// <summary>A person waits: a service that needs longer counts as away.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Names of the settings that hold the services' gRPC addresses.</summary>
    public static readonly IReadOnlyList<string> UrlSettings =
    [
        "MOBILITY_FAULTS_URL",
        "MOBILITY_PARKING_URL",
        "MOBILITY_REFUNDS_URL",
        "MOBILITY_DESK_URL",
    ];

    private readonly List<GrpcChannel> channels = [];

    public Backends(Settings settings)
    {
        Faults = new(Channel(settings.Own[UrlSettings[0]]));
        Parking = new(Channel(settings.Own[UrlSettings[1]]));
        Refunds = new(Channel(settings.Own[UrlSettings[2]]));
        Desk = new(Channel(settings.Own[UrlSettings[3]]));
    }

    public FaultsService.FaultsServiceClient Faults { get; }
    public ParkingService.ParkingServiceClient Parking { get; }
    public RefundsService.RefundsServiceClient Refunds { get; }
    public DeskService.DeskServiceClient Desk { get; }

    /// <summary>Options of a call for somebody: the token when there is one, a deadline, and the browser's
    /// patience.</summary>
    public static CallOptions For(HttpContext http, string? token)
    {
        var headers = new Metadata();
        if (token is not null)
        {
            headers.Add("authorization", $"Bearer {token}");
        }
        // Deadlines are kept by the machine's clock, whatever the rules' clock says.
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + Patience;
        return new CallOptions(headers, deadline, http.RequestAborted);
    }

    public void Dispose() => channels.ForEach(c => c.Dispose());

    private GrpcChannel Channel(string address)
    {
        var channel = GrpcChannel.ForAddress(
            address,
            new GrpcChannelOptions
            {
                // A photo of 3 MiB and its frame.
                MaxReceiveMessageSize = 8 * 1024 * 1024,
                HttpHandler = new SocketsHttpHandler
                {
                    ConnectTimeout = TimeSpan.FromSeconds(2),
                    EnableMultipleHttp2Connections = true,
                    UseProxy = false,
                },
                DisposeHttpClient = true,
            }
        );
        channels.Add(channel);
        return channel;
    }
}

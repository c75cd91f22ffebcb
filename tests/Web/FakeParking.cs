using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Type.V1;

namespace Mobility.Tests.Web;

/// <summary>
/// Parking at the gRPC edge, in states that the real one needs days for: what the pages say of each is tested with it.
/// </summary>
public sealed class FakeParking : ParkingService.ParkingServiceBase, IAsyncDisposable
{
    public const string Code = "7KQ2-M9XV-4TRD";

    private readonly ConcurrentDictionary<string, CreateComplaintRequest> byRequest = new(StringComparer.Ordinal);
    private WebApplication? app;

    /// <summary>Where it listens.</summary>
    public string Url { get; private set; } = "";

    /// <summary>What every tracking answers.</summary>
    public TrackedComplaint Tracked { get; set; } = NewTracked(ComplaintState.Filed);

    /// <summary>What every look-up answers.</summary>
    public Place Place { get; set; } = NewPlace();

    /// <summary>Said instead of an answer.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>Said instead of doing what a holder asks.</summary>
    public Refusal? ActRefusal { get; set; }

    public ConcurrentQueue<CreateComplaintRequest> Created { get; } = new();
    public ConcurrentQueue<AddComplaintPhotoRequest> Photos { get; } = new();
    public ConcurrentQueue<IMessage> Acts { get; } = new();

    /// <summary>How many complaints came about.</summary>
    public int EffectCount => byRequest.Count;

    public static async Task<FakeParking> Start()
    {
        var fake = new FakeParking();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2)
        );
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(fake);
        fake.app = builder.Build();
        fake.app.MapGrpcService<FakeParking>();
        await fake.app.StartAsync();
        var server = fake.app.Services.GetRequiredService<IServer>();
        fake.Url = server.Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return fake;
    }

    public override Task<Complaint> CreateComplaint(CreateComplaintRequest request, ServerCallContext context)
    {
        Refuse();
        Created.Enqueue(request);
        var first = byRequest.GetOrAdd(request.RequestId, _ => request);
        return first.Equals(request)
            ? Task.FromResult(new Complaint(request.Complaint) { TrackingCode = Code })
            : throw Once.Reused().ToRpcException("parking.mobility");
    }

    public override Task<Photo> AddComplaintPhoto(AddComplaintPhotoRequest request, ServerCallContext context)
    {
        Refuse();
        Photos.Enqueue(request);
        return request.Content.Span.StartsWith(Jpeg.Span)
            ? Task.FromResult(new Photo { MediaType = "image/jpeg" })
            : throw new Refusal(StatusCode.InvalidArgument, "PHOTO_TYPE_UNKNOWN", "It is no photo.").ToRpcException(
                "parking.mobility"
            );
    }

    public override Task<Photo> GetComplaintPhoto(GetComplaintPhotoRequest request, ServerCallContext context) =>
        Task.FromResult(new Photo { MediaType = "image/png", Content = ByteString.FromBase64(Pixel) });

    public override Task<TrackedComplaint> TrackComplaint(TrackComplaintRequest request, ServerCallContext context)
    {
        Refuse();
        return request.TrackingCode == Code
            ? Task.FromResult(Tracked)
            : throw new Refusal(
                StatusCode.NotFound,
                "COMPLAINT_NOT_FOUND",
                "No complaint has that code."
            ).ToRpcException("parking.mobility");
    }

    public override Task<Place> LookUpPlace(LookUpPlaceRequest request, ServerCallContext context)
    {
        Refuse();
        Acts.Enqueue(request);
        return Task.FromResult(Place);
    }

    public override Task<TrackedComplaint> WithdrawComplaint(WithdrawComplaintRequest request, ServerCallContext c) =>
        Act(request);

    public override Task<TrackedComplaint> GiveComplaintFeedback(
        GiveComplaintFeedbackRequest request,
        ServerCallContext context
    ) => Act(request);

    public override Task<TrackedComplaint> ReopenComplaint(ReopenComplaintRequest request, ServerCallContext c) =>
        Act(request);

    public override Task<ListZonesResponse> ListZones(ListZonesRequest request, ServerCallContext context)
    {
        Refuse();
        var reply = new ListZonesResponse();
        reply.Zones.Add(NewZone("역 앞 주차장", ZoneParking.Permitted, 37.7635, 128.8985));
        reply.Zones.Add(NewZone("시장 골목", ZoneParking.Forbidden, 37.7655, 128.9005));
        return Task.FromResult(reply);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    /// <summary>A complaint as its reporter sees it, filed at 9 o'clock of the fake clock's first day.</summary>
    public static TrackedComplaint NewTracked(ComplaintState state)
    {
        var filed = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        var tracked = new TrackedComplaint
        {
            State = state,
            Category = "storefront",
            PrintedCodes = { "GK-1043", "GK-2210" },
            Point = new LatLng { Latitude = 37.7645, Longitude = 128.8996 },
            Rule = NewPlace().Rule,
            DueTime = filed.AddMinutes(90).ToTimestamp(),
            OtherComplaintCount = 2,
            Withdrawable = state is ComplaintState.Filed or ComplaintState.Held or ComplaintState.Upheld,
            Language = "ko",
            CreateTime = filed.ToTimestamp(),
            Client = "clients/gangneung-kick",
        };
        tracked.Messages.Add(
            new ToldMessage
            {
                Template = "complaint-received",
                TellTime = filed.ToTimestamp(),
                Values = { { "due_time", "2026-03-02T01:30:00Z" }, { "category", "storefront" } },
            }
        );
        if (state is ComplaintState.Resolved or ComplaintState.Rejected)
        {
            tracked.DecisionReason = state == ComplaintState.Resolved ? "removed" : "not-found";
            tracked.AnswerTime = filed.AddHours(1).ToTimestamp();
            tracked.ReopenUntilTime = filed.AddHours(25).ToTimestamp();
            tracked.Photos.Add("clients/gangneung-kick/photos/019581a2-0000-7000-8000-000000000001");
        }
        return tracked;
    }

    private static readonly ByteString Jpeg = ByteString.CopyFrom(0xFF, 0xD8, 0xFF);

    private const string Pixel =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static Place NewPlace() =>
        new()
        {
            Rule = new ParkingRule
            {
                City = "gangneung",
                OrdinanceVersion = "gangneung-2023-04:00",
                Code = "general",
                GraceMinutes = 90,
                Fee = new Mobility.Type.V1.Money { CurrencyCode = "KRW", Units = 15_000 },
                Dong = "교1동",
                DongCode = "5115011000",
            },
            DueTime = new DateTimeOffset(2026, 3, 2, 1, 30, 0, TimeSpan.Zero).ToTimestamp(),
            ComplaintCount = 2,
            Candidates =
            {
                new CandidateVehicle
                {
                    PrintedCode = "GK-1043",
                    DistanceMeters = 4.2,
                    Point = new LatLng { Latitude = 37.76453, Longitude = 128.89962 },
                },
                new CandidateVehicle
                {
                    PrintedCode = "GK-2210",
                    DistanceMeters = 11.8,
                    Point = new LatLng { Latitude = 37.76441, Longitude = 128.89971 },
                },
            },
        };

    private static Zone NewZone(string title, ZoneParking parking, double south, double west) =>
        new()
        {
            Name = "clients/gangneung-kick/zones/019581a2-0000-7000-8000-000000000002",
            Title = title,
            Parking = parking,
            BoundaryGeojson = string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{{\"type\":\"MultiPolygon\",\"coordinates\":[[[[{west},{south}],[{west + 0.001},{south}],"
                    + $"[{west + 0.001},{south + 0.0008}],[{west},{south + 0.0008}],[{west},{south}]]]]}}"
            ),
        };

    private Task<TrackedComplaint> Act(IMessage request)
    {
        Refuse();
        Acts.Enqueue(request);
        return ActRefusal is { } refusal ? throw refusal.ToRpcException("parking.mobility") : Task.FromResult(Tracked);
    }

    private void Refuse()
    {
        if (Refusal is { } refusal)
        {
            throw refusal.ToRpcException("parking.mobility");
        }
    }
}

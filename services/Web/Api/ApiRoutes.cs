using Google.Protobuf.Reflection;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Refunds.V1;

namespace Mobility.Web.Api;

/// <summary>
/// The rider's and the reporter's calls for programs, a route each: JSON with the names of the protos, errors as
/// problem+json with the reason and every violation. docs/openapi.json is made from this list.
/// </summary>
public static class ApiRoutes
{
    private const string Client = ErrorPages.ApiPath + "/clients/{client}";
    private const string Complaints = ErrorPages.ApiPath + "/complaints";

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapRider(routes);
        MapRefunds(routes);
        MapReporter(routes);
        MapHolder(routes);
        routes.MapOpenApi($"{ErrorPages.ApiPath}/openapi.json");
    }

    private static void MapRider(IEndpointRouteBuilder routes)
    {
        Post(routes, $"{Client}/faults", CreateFault)
            .WithMetadata(
                Effect(
                    "CreateFault",
                    "Reports a fault of a vehicle.",
                    Fault.Descriptor,
                    [],
                    Fault.Descriptor,
                    token: true
                )
            );
        Get(
                routes,
                $"{Client}/faults",
                (http, backends) =>
                    Twin.Answer(
                        backends.Faults.ListFaultsAsync(
                            new ListFaultsRequest
                            {
                                Parent = Parent(http),
                                PageSize = Twin.PageSize(http),
                                PageToken = http.Request.Query["page_token"].ToString(),
                            },
                            Twin.OptionsOf(http)
                        )
                    )
            )
            .WithMetadata(List("ListFaults", "Lists the rider's own faults.", ListFaultsResponse.Descriptor));
        Get(
                routes,
                $"{Client}/faults/{{fault}}",
                (http, backends) =>
                    Twin.Answer(
                        backends.Faults.GetFaultAsync(
                            new GetFaultRequest { Name = $"{Parent(http)}/faults/{Twin.Route(http, "fault")}" },
                            Twin.OptionsOf(http)
                        )
                    )
            )
            .WithMetadata(One("GetFault", "Returns one of the rider's faults.", Fault.Descriptor));
    }

    private static void MapRefunds(IEndpointRouteBuilder routes)
    {
        Get(
                routes,
                $"{Client}/refunds",
                (http, backends) =>
                    Twin.Answer(
                        backends.Refunds.ListRefundsAsync(
                            new ListRefundsRequest
                            {
                                Parent = Parent(http),
                                PageSize = Twin.PageSize(http),
                                PageToken = http.Request.Query["page_token"].ToString(),
                            },
                            Twin.OptionsOf(http)
                        )
                    )
            )
            .WithMetadata(List("ListRefunds", "Lists the rider's own refunds.", ListRefundsResponse.Descriptor));
        Get(
                routes,
                $"{Client}/refunds/{{refund}}",
                (http, backends) =>
                    Twin.Answer(
                        backends.Refunds.GetRefundAsync(
                            new GetRefundRequest { Name = $"{Parent(http)}/refunds/{Twin.Route(http, "refund")}" },
                            Twin.OptionsOf(http)
                        )
                    )
            )
            .WithMetadata(One("GetRefund", "Returns one of the rider's refunds.", Refund.Descriptor));
    }

    private static void MapReporter(IEndpointRouteBuilder routes)
    {
        Post(routes, $"{Client}/complaints", CreateComplaint)
            .WithMetadata(
                Effect(
                    "CreateComplaint",
                    "Files a complaint; the reply alone carries the tracking code.",
                    Complaint.Descriptor,
                    [],
                    Complaint.Descriptor
                )
            );
        Post(
                routes,
                $"{Client}/places/look-up",
                async (http, backends) =>
                {
                    var request = await Twin.Read<LookUpPlaceRequest>(http);
                    request.Parent = Parent(http);
                    return await Twin.Answer(backends.Parking.LookUpPlaceAsync(request, Twin.OptionsOf(http)));
                }
            )
            .WithMetadata(
                new Twin(
                    "LookUpPlace",
                    "Says which rule applies at a place; a POST so that no address carries the place.",
                    LookUpPlaceRequest.Descriptor,
                    ["parent"],
                    Place.Descriptor,
                    HasEffect: false,
                    NeedsToken: false,
                    IsList: false
                )
            );
    }

    /// <summary>Routes for who holds a tracking code: always in the body, never in an address.</summary>
    private static void MapHolder(IEndpointRouteBuilder routes)
    {
        Post(
                routes,
                $"{Complaints}/track",
                async (http, backends) =>
                {
                    var request = await Twin.Read<TrackComplaintRequest>(http);
                    request.Sender = PostLimit.SenderOf(http);
                    return await Twin.Answer(backends.Parking.TrackComplaintAsync(request, Twin.OptionsOf(http)));
                }
            )
            .WithMetadata(
                new Twin(
                    "TrackComplaint",
                    "Says what became of a complaint.",
                    TrackComplaintRequest.Descriptor,
                    ["sender"],
                    TrackedComplaint.Descriptor,
                    HasEffect: false,
                    NeedsToken: false,
                    IsList: false
                )
            );
        Post(routes, $"{Complaints}/photos", HolderActs.AddPhoto)
            .WithMetadata(
                OfHolder("AddComplaintPhoto", "Adds a photo.", AddComplaintPhotoRequest.Descriptor, Photo.Descriptor)
            );
        Post(routes, $"{Complaints}/withdraw", HolderActs.Withdraw)
            .WithMetadata(
                OfHolder("WithdrawComplaint", "Takes a complaint back.", WithdrawComplaintRequest.Descriptor)
            );
        Post(routes, $"{Complaints}/feedback", HolderActs.GiveFeedback)
            .WithMetadata(
                OfHolder(
                    "GiveComplaintFeedback",
                    "Says whether the answer helped.",
                    GiveComplaintFeedbackRequest.Descriptor
                )
            );
        Post(routes, $"{Complaints}/reopen", HolderActs.Reopen)
            .WithMetadata(
                OfHolder("ReopenComplaint", "Reopens an answered complaint.", ReopenComplaintRequest.Descriptor)
            );
    }

    private static async Task<IResult> CreateFault(HttpContext http, Backends backends)
    {
        var request = new CreateFaultRequest
        {
            Parent = Parent(http),
            Fault = await Twin.Read<Fault>(http),
            RequestId = Twin.KeyOf(http),
        };
        return await Twin.Answer(backends.Faults.CreateFaultAsync(request, Twin.OptionsOf(http)));
    }

    private static async Task<IResult> CreateComplaint(HttpContext http, Backends backends)
    {
        var request = new CreateComplaintRequest
        {
            Parent = Parent(http),
            Complaint = await Twin.Read<Complaint>(http),
            RequestId = Twin.KeyOf(http),
            Sender = PostLimit.SenderOf(http),
        };
        return await Twin.Answer(backends.Parking.CreateComplaintAsync(request, Twin.OptionsOf(http)));
    }

    private static RouteHandlerBuilder Get(
        IEndpointRouteBuilder routes,
        string path,
        Func<HttpContext, Backends, Task<IResult>> handle
    ) => routes.MapGet(path, handle);

    private static RouteHandlerBuilder Post(
        IEndpointRouteBuilder routes,
        string path,
        Func<HttpContext, Backends, Task<IResult>> handle
    ) => routes.MapPost(path, handle);

    private static string Parent(HttpContext http) => $"clients/{Twin.Route(http, "client")}";

    private static Twin One(string id, string summary, MessageDescriptor reply) =>
        new(id, summary, null, [], reply, HasEffect: false, NeedsToken: true, IsList: false);

    private static Twin List(string id, string summary, MessageDescriptor reply) =>
        new(id, summary, null, [], reply, HasEffect: false, NeedsToken: true, IsList: true);

    private static Twin Effect(
        string id,
        string summary,
        MessageDescriptor body,
        IReadOnlyList<string> leftOut,
        MessageDescriptor reply,
        bool token = false
    ) => new(id, summary, body, leftOut, reply, HasEffect: true, token, IsList: false);

    private static Twin OfHolder(string id, string summary, MessageDescriptor body, MessageDescriptor? reply = null) =>
        Effect(id, summary, body, ["name", "request_id"], reply ?? TrackedComplaint.Descriptor);
}

using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Opens a case by hand, for a matter that no other service knows; whoever is on duty and opens it has
/// it.</summary>
public static class CreateCase
{
    private const int TitleLength = 200;

    public static async Task<V1.Case> Handle(CreateCaseRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.RequestId(request.RequestId);
        check.That(request.Case is not null, "case", "must be set");
        var said = request.Case ?? new V1.Case();
        var id = call.NewId();
        var fresh = new Case
        {
            Id = id,
            Matter = Case.MatterByHand(id),
            Kind = check.Known(said.Kind, "case.kind"),
            Channel = check.Known(said.Channel, "case.channel"),
            KeptOpen = true,
            Title = check.Text(said.Title, "case.title", 0, TitleLength),
            RiderId = check.NameOf(client, said.Rider, "case.rider", Names.Riders)?.Id,
            RideId = check.NameOf(client, said.Ride, "case.ride", Names.Rides)?.Id,
            VehicleId = check.NameOf(client, said.Vehicle, "case.vehicle", Names.Vehicles)?.Id,
        };
        check.Done();
        return await call.Once(
            client.Id,
            request.RequestId,
            request,
            async tx =>
            {
                await CaseTable.Enter(tx);
                var caller = call.Caller.Subject;
                return await CaseReply.Whole(tx, await CaseBook.Open(tx, fresh, caller, Names.PersonId(caller)));
            }
        );
    }
}

using Mobility.Parking.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Lists complaints, newest first; <see cref="ComplaintList"/> has the statements.</summary>
public static class ListComplaints
{
    public static async Task<ListComplaintsResponse> Handle(ListComplaintsRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var size = PageToken.Size(request.PageSize, check);
        var question = request.Clone();
        (question.PageSize, question.PageToken) = (0, "");
        var after = ListKeys.Read(request.PageToken, question, check);
        check.That(Enum.IsDefined(request.State), "state", "must be a known state or unset");
        var episode = check.NameOf(client, request.Episode, "episode", Names.Episodes);
        var vehicle = check.NameOf(client, request.Vehicle, "vehicle", Names.Vehicles);
        CheckBox(request.Box, check);
        check.Done();
        var asked = new ComplaintQuestion(request.State, episode?.Id, vehicle?.Id, request.Box, after);
        return await call.Read(
            client.Id,
            async tx =>
            {
                // One more than asked for tells whether there is another page.
                var rows = await ComplaintList.Rows(tx, asked with { Limit = size + 1 });
                var page = rows.Take(size).ToList();
                var extras = await ComplaintExtras.Of(tx, page);
                var reply = new ListComplaintsResponse
                {
                    Complaints = { page.Select(c => Replies.Of(c, extras[c.Id], client.Currency)) },
                };
                if (rows.Count > size)
                {
                    reply.NextPageToken = new ListKeys(page[^1].CreateTime, page[^1].Id).Token(question);
                }

                return reply;
            }
        );
    }

    private static void CheckBox(Box? box, Check check)
    {
        if (box is null)
        {
            return;
        }

        if (box is not { SouthWest: { } low, NorthEast: { } high })
        {
            check.That(holds: false, "box", "must have both corners");
            return;
        }

        // NaN is within no range and below nothing, so it is refused too.
        var right = low.Latitude >= -90 && low.Latitude <= high.Latitude && high.Latitude <= 90;
        right &= low.Longitude >= -180 && low.Longitude <= high.Longitude && high.Longitude <= 180;
        check.That(right, "box", "must have its south-western corner first, in degrees");
    }
}

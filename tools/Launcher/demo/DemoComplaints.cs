using Google.Protobuf;
using Mobility.Parking.V1;
using Mobility.Type.V1;

namespace Mobility.Launcher;

/// <summary>Plays who complains, what agents decide and what the field crew answers.</summary>
internal sealed class DemoComplaints(DemoStage stage)
{
    /// <summary>A grey square of 8 by 8 pixels: what the crew's camera saw.</summary>
    private static readonly ByteString Photo = ByteString.FromBase64(
        "/9j/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/"
            + "wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z"
    );

    private ParkingService.ParkingServiceClient Api => stage.Wires.Parking;

    public async Task File(WeekendStep step, CancellationToken token)
    {
        var complaint = new Complaint
        {
            Point = new LatLng { Latitude = step.Point![0], Longitude = step.Point[1] },
            AccuracyMeters = 12,
            Category = step.Category,
            Channel = step.Calls ? ComplaintChannel.Phone : ComplaintChannel.Web,
            Contact = step.Calls ? "033-640-0000" : "",
            Note = "It is in the way.",
        };
        complaint.PrintedCodes.AddRange(step.Vehicles!.Select(stage.Ids.Code));
        var request = new CreateComplaintRequest
        {
            Parent = stage.Parent,
            Complaint = complaint,
            Sender = step.Sender ?? "",
            RequestId = stage.Request(step),
        };
        if (await stage.Call(step, Api.CreateComplaintAsync, request, token) is { } filed)
        {
            stage.Made(step.Thing!, filed.Name);
            stage.Made(CodeOf(step.Thing!), filed.TrackingCode);
            stage.Compare(step, "the state", filed.State, step.Expect.State);
            stage.Compare(step, "the number of others", filed.OtherComplaintCount, step.Expect.Others?[0]);
        }
    }

    public async Task Decide(WeekendStep step, CancellationToken token)
    {
        var (name, id) = (stage.Name(step.Of!), stage.Request(step));
        var complaint = step.Do switch
        {
            WeekendDeed.UpholdComplaint => await stage.Call(
                step,
                Api.UpholdComplaintAsync,
                new UpholdComplaintRequest { Name = name, RequestId = id },
                token
            ),
            WeekendDeed.RejectComplaint => await stage.Call(
                step,
                Api.RejectComplaintAsync,
                new RejectComplaintRequest
                {
                    Name = name,
                    Reason = step.Reason,
                    RequestId = id,
                },
                token
            ),
            WeekendDeed.DispatchComplaint => await stage.Call(
                step,
                Api.DispatchComplaintAsync,
                new DispatchComplaintRequest { Name = name, RequestId = id },
                token
            ),
            _ => await stage.Call(
                step,
                Api.SplitComplaintAsync,
                new SplitComplaintRequest
                {
                    Name = name,
                    Note = "This one meant another pair.",
                    RequestId = id,
                },
                token
            ),
        };
        stage.Compare(step, "the state", complaint?.State, step.Expect.State);
        await CompareFigures(step, token);
    }

    /// <summary>With a photo, unless the vehicles were ridden away.</summary>
    public async Task Resolve(WeekendStep step, CancellationToken token)
    {
        var request = new ResolveComplaintRequest
        {
            Name = stage.Name(step.Of!),
            Reason = step.Reason,
            RequestId = stage.Request(step),
        };
        if (step.Reason == "removed")
        {
            var add = new AddComplaintPhotoRequest
            {
                Name = request.Name,
                Content = Photo,
                RequestId = stage.Request(step, "photo"),
            };
            request.ProofPhoto = (await stage.Call(step, Api.AddComplaintPhotoAsync, add, token))?.Name ?? "";
        }
        var resolved = await stage.Call(step, Api.ResolveComplaintAsync, request, token);
        stage.Compare(step, "the state", resolved?.State, step.Expect.State);
    }

    /// <summary>The reporter, who has nothing but the tracking code.</summary>
    public async Task ByReporter(WeekendStep step, CancellationToken token)
    {
        var (code, id) = (stage.Name(CodeOf(step.Of!)), stage.Request(step));
        var seen =
            step.Do == WeekendDeed.WithdrawComplaint
                ? await stage.Call(
                    step,
                    Api.WithdrawComplaintAsync,
                    new WithdrawComplaintRequest { TrackingCode = code, RequestId = id },
                    token
                )
                : await stage.Call(
                    step,
                    Api.ReopenComplaintAsync,
                    new ReopenComplaintRequest
                    {
                        TrackingCode = code,
                        Note = "They still stand there.",
                        RequestId = id,
                    },
                    token
                );
        stage.Compare(step, "the state", seen?.State, step.Expect.State);
    }

    /// <summary>Key of the tracking code of a complaint.</summary>
    private static string CodeOf(string thing) => $"code of {thing}";

    /// <summary>What each reporter is told of the others, and how many the one removal answers.</summary>
    private async Task CompareFigures(WeekendStep step, CancellationToken token)
    {
        if (step.Expect.Others is null && step.Expect.Removal is null)
        {
            return;
        }
        var lead = stage.Person("lead").Token;
        var things = new[] { step.Of! }.Concat(step.Expect.Also ?? []).ToList();
        var all = new List<Complaint>();
        foreach (var (thing, i) in things.Select((thing, i) => (thing, i)))
        {
            var request = new GetComplaintRequest { Name = stage.Name(thing) };
            var seen = await stage.Wires.Call(Api.GetComplaintAsync, request, lead, token);
            all.Add(seen);
            stage.Compare(step, $"the number of others of {thing}", seen.OtherComplaintCount, step.Expect.Others?[i]);
            stage.Compare(step, $"the state of {thing}", seen.State, step.Expect.State);
        }
        await CompareRemoval(step, all, lead, token);
    }

    private async Task CompareRemoval(WeekendStep step, List<Complaint> seen, Token lead, CancellationToken token)
    {
        if (step.Expect.Removal is not { } expected)
        {
            return;
        }
        var list = new ListRemovalsRequest { Parent = stage.Parent, PageSize = 200 };
        var removals = await stage.Wires.Call(Api.ListRemovalsAsync, list, lead, token);
        var own = removals.Removals.Where(removal => removal.Episode == seen[^1].Episode).ToList();
        stage.Compare(step, "the number of removals", own.Count, 1);
        stage.Compare(step, "the complaints that the removal answers", own.FirstOrDefault()?.ComplaintCount, expected);
        var times = seen.Select(one => one.CreateTime.ToDateTimeOffset()).Order().ToList();
        stage.Saw(
            step,
            step.Do == WeekendDeed.SplitComplaint
                ? $"the reporters see {string.Join(", ", seen.Select(one => one.OtherComplaintCount))} others, the job "
                    + $"answers {own.FirstOrDefault()?.ComplaintCount ?? 0}"
                : $"{seen.Count} neighbours, the same {seen[0].Vehicles.Count} vehicles within "
                    + $"{Math.Ceiling((times[^1] - times[0]).TotalMinutes)} minutes: {own.Count} job"
        );
    }
}

using Google.Protobuf;
using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Tests.Support;

namespace Mobility.Tests.Parking;

/// <summary>What people do at the house of <see cref="ParkingHouse"/>.</summary>
internal static class ParkingHouseActs
{
    public static UpholdComplaintRequest Upholding(this ParkingHouse house, string name, params string[] codes) =>
        new()
        {
            Name = name,
            Note = "맞습니다",
            PrintedCodes = { codes },
            RequestId = house.NewId(),
        };

    public static async Task<Complaint> Uphold(this ParkingHouse house, string name, params string[] codes) =>
        await house.Rpc.UpholdComplaintAsync(house.Upholding(name, codes), house.AsAgent);

    public static DispatchComplaintRequest Dispatching(this ParkingHouse house, string name) =>
        new() { Name = name, RequestId = house.NewId() };

    public static async Task<Complaint> Dispatch(this ParkingHouse house, string name) =>
        await house.Rpc.DispatchComplaintAsync(house.Dispatching(name), house.AsAgent);

    public static RejectComplaintRequest Rejecting(this ParkingHouse house, string name) =>
        new()
        {
            Name = name,
            Reason = "parked-properly",
            RequestId = house.NewId(),
        };

    public static async Task<Complaint> Reject(this ParkingHouse house, string name) =>
        await house.Rpc.RejectComplaintAsync(house.Rejecting(name), house.AsAgent);

    public static async Task<Photo> AddPhoto(
        this ParkingHouse house,
        string name,
        byte[]? content = null,
        Metadata? caller = null
    ) =>
        await house.Rpc.AddComplaintPhotoAsync(
            new AddComplaintPhotoRequest
            {
                Name = name,
                Content = ByteString.CopyFrom(content ?? TestImages.Jpeg()),
                RequestId = house.NewId(),
            },
            caller ?? house.AsTechnician
        );

    public static async Task<Photo> AddPhotoByCode(this ParkingHouse house, string code, byte[] content) =>
        await house.Rpc.AddComplaintPhotoAsync(
            new AddComplaintPhotoRequest
            {
                TrackingCode = code,
                Content = ByteString.CopyFrom(content),
                RequestId = ParkingHouse.NewRandomId(),
            }
        );

    public static ResolveComplaintRequest Resolving(this ParkingHouse house, string name, string proof = "") =>
        new()
        {
            Name = name,
            Reason = "removed",
            ProofPhoto = proof,
            RequestId = house.NewId(),
        };

    /// <summary>Resolves with a photo.</summary>
    public static async Task<Complaint> Resolve(this ParkingHouse house, string name)
    {
        var proof = await house.AddPhoto(name);
        return await house.Rpc.ResolveComplaintAsync(house.Resolving(name, proof.Name), house.AsTechnician);
    }

    public static async Task<Complaint> Split(this ParkingHouse house, string name) =>
        await house.Rpc.SplitComplaintAsync(
            new SplitComplaintRequest
            {
                Name = name,
                Note = "다른 기기입니다",
                RequestId = house.NewId(),
            },
            house.AsLead
        );

    public static async Task<TrackedComplaint> Withdraw(this ParkingHouse house, string code) =>
        await house.Rpc.WithdrawComplaintAsync(
            new WithdrawComplaintRequest { TrackingCode = code, RequestId = ParkingHouse.NewRandomId() }
        );

    public static ReopenComplaintRequest Reopening(string code) =>
        new()
        {
            TrackingCode = code,
            Note = "아직 그대로예요",
            RequestId = ParkingHouse.NewRandomId(),
        };

    public static async Task<TrackedComplaint> Reopen(this ParkingHouse house, string code) =>
        await house.Rpc.ReopenComplaintAsync(Reopening(code));

    public static GiveComplaintFeedbackRequest Saying(string code, string text = "고마워요") =>
        new()
        {
            TrackingCode = code,
            Feedback = new ComplaintFeedback { Verdict = FeedbackVerdict.Helped, Text = text },
            RequestId = ParkingHouse.NewRandomId(),
        };

    public static async Task<IReadOnlyList<Removal>> Removals(this ParkingHouse house) =>
        (
            await house.Rpc.ListRemovalsAsync(new ListRemovalsRequest { Parent = ParkingHouse.Parent }, house.AsAgent)
        ).Removals;

    public static async Task<IReadOnlyList<Complaint>> All(this ParkingHouse house) =>
        (
            await house.Rpc.ListComplaintsAsync(
                new ListComplaintsRequest { Parent = ParkingHouse.Parent, PageSize = 200 },
                house.AsAgent
            )
        ).Complaints;

    /// <summary>The code is nobody's: the same answer as everywhere.</summary>
    public static Task WrongCode(this ParkingHouse house, Func<Task> call) =>
        house.Refused(StatusCode.NotFound, "COMPLAINT_NOT_FOUND", call);

    /// <summary>Every figure of the complaints and removals that people see, by the complaint's first note.</summary>
    public static async Task<string> Figures(this ParkingHouse house, Func<Complaint, bool>? of = null)
    {
        var complaints = (await house.All()).Where(of ?? (_ => true)).OrderBy(c => c.Note, StringComparer.Ordinal);
        var groups = new Dictionary<string, int>(StringComparer.Ordinal);
        var lines = complaints.Select(c =>
        {
            groups.TryAdd(c.Episode, groups.Count);
            return $"{c.Note}: episode {groups[c.Episode]}, {c.State}, others {c.OtherComplaintCount}, "
                + $"removal {c.Removal.Length > 0}";
        });
        var removals = (await house.Removals())
            .Where(r => r.State != RemovalState.Cancelled)
            .OrderBy(r => r.ComplaintCount)
            .ThenBy(r => string.Join(",", r.PrintedCodes), StringComparer.Ordinal)
            .Select(r => $"{r.State} {r.ComplaintCount} of {string.Join(",", r.PrintedCodes)}");
        return string.Join("\n", lines.Concat(removals));
    }

    /// <summary>Files a complaint whose note names it in figures. Many at once may find the service busy: they ask
    /// again with the same request.</summary>
    public static async Task<Complaint> FileAs(this ParkingHouse house, string note, params string[] codes)
    {
        var request = house.Complaining(codes);
        request.Complaint.Note = note;
        Complaint? filed = null;
        await Poll.Until(
            async () =>
            {
                try
                {
                    filed = await house.File(request);
                }
                catch (RpcException e) when (TestService.ReasonOf(e) == "SERVICE_BUSY")
                {
                    // It has said so after four seconds of waiting.
                }
                return filed is not null;
            },
            what: $"complaint {note}"
        );
        return filed!;
    }
}

namespace Mobility.Launcher;

/// <summary>Finds the rows of the file's things, by the keys of the file alone.</summary>
public sealed class DemoThings
{
    private readonly DemoIds ids;
    private readonly Weekend weekend;
    private readonly DemoBooks books;
    private readonly Dictionary<string, Guid> rides;
    private readonly ILookup<Guid?, FaultBook> faults;
    private readonly ILookup<Guid?, RefundBook> byRequest;
    private readonly ILookup<Guid?, RefundBook> automatic;
    private readonly ILookup<(double, double), ComplaintBook> complaints;

    public DemoThings(DemoIds ids, Weekend weekend, DemoBooks books)
    {
        (this.ids, this.weekend, this.books) = (ids, weekend, books);
        rides = books.Rides.ToDictionary(ride => ride.ExternalId, ride => ride.RideId, StringComparer.Ordinal);
        faults = books.Faults.ToLookup(fault => fault.ReporterId);
        byRequest = books.Refunds.Where(one => one.ClientId == ids.Client).ToLookup(refund => refund.RequestId);
        automatic = books.Refunds.Where(refund => refund.IsBySystem).ToLookup(refund => refund.RideId);
        complaints = books.Complaints.ToLookup(one => (one.Latitude, one.Longitude));
    }

    /// <summary>The fault of a step; null when there is not exactly one.</summary>
    public FaultBook? Fault(WeekendStep step) => Only(faults[ids.Rider(step.Rider!)]);

    /// <summary>What the machine tried because of a fault.</summary>
    public IReadOnlyList<RefundBook> Automatic(WeekendStep step) =>
        rides.TryGetValue(ids.Ride(step.Thing!), out var ride) ? [.. automatic[ride]] : [];

    public RefundBook? Refund(WeekendStep step) =>
        Only(byRequest[ids.Request(step.Number, step.Do == WeekendDeed.HelpCaller ? "refund" : "")]);

    public ComplaintBook? Complaint(WeekendStep step) => Only(complaints[(step.Point![0], step.Point[1])]);

    public DelegationBook? Grant(WeekendStep step)
    {
        var grants = weekend.Steps.Where(one => one.Do == WeekendDeed.Grant).Select(one => one.Number).ToList();
        return books.Delegations.ElementAtOrDefault(grants.IndexOf(step.Number));
    }

    /// <summary>The case of a contact, or of another thing by its part.</summary>
    public CaseBook? CaseOf(WeekendStep maker)
    {
        var part = maker.Do switch
        {
            WeekendDeed.ReportFault => Automatic(maker).FirstOrDefault()?.RefundId ?? Fault(maker)?.FaultId,
            WeekendDeed.FileComplaint => Complaint(maker)?.ComplaintId,
            _ => null,
        };
        var contact = ids.Contact(maker.Do == WeekendDeed.HelpCaller ? maker.Of! : maker.Thing!);
        var id = part is null
            ? books.Contacts.FirstOrDefault(one => one.ExternalId == contact)?.CaseId
            : books.Parts.FirstOrDefault(one => one.ThingId == part)?.CaseId;
        return books.Cases.FirstOrDefault(one => one.CaseId == id);
    }

    /// <summary>The id of what a step made, as messages name it.</summary>
    public Guid? Subject(WeekendStep step, string kind) =>
        step.Do switch
        {
            WeekendDeed.ReportFault when kind.StartsWith("refund-", StringComparison.Ordinal) => Automatic(step)
                .FirstOrDefault()
                ?.RefundId,
            WeekendDeed.ReportFault => Fault(step)?.FaultId,
            WeekendDeed.FileComplaint => Complaint(step)?.ComplaintId,
            _ => Refund(step)?.RefundId,
        };

    private static T? Only<T>(IEnumerable<T> rows)
        where T : class
    {
        var found = rows.Take(2).ToList();
        return found.Count == 1 ? found[0] : null;
    }
}

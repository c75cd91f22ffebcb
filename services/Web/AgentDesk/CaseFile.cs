using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Refunds.V1;
using Mobility.Web.SignIn;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Web.AgentDesk;

/// <summary>A vehicle with all that is open about it and who rode it last.</summary>
public sealed record VehicleFile(Vehicle Vehicle, IReadOnlyList<Fault> Faults, IReadOnlyList<Ride> Rides);

/// <summary>A payment with the refunds on it.</summary>
public sealed record PaymentFile(Payment Payment, IReadOnlyList<Refund> Refunds);

/// <summary>Everything about a matter, gathered from every service that knows something of it.</summary>
public sealed record CaseFile
{
    /// <summary>A matter with more things of one kind shows the newest of them.</summary>
    private const int Most = 8;

    public required Case Case { get; init; }
    public required IReadOnlyList<Message> Messages { get; init; }
    public required IReadOnlyList<Shift> Duty { get; init; }
    public required IReadOnlyList<Fault> Faults { get; init; }
    public required IReadOnlyList<Complaint> Complaints { get; init; }
    public required IReadOnlyList<VehicleFile> Vehicles { get; init; }
    public required IReadOnlyList<Ride> Rides { get; init; }
    public required IReadOnlyList<PaymentFile> Payments { get; init; }

    /// <summary>Refunds of the case that belong to no payment shown.</summary>
    public required IReadOnlyList<Refund> OtherRefunds { get; init; }

    /// <summary>Services that did not answer.</summary>
    public required IReadOnlyCollection<string> Missing { get; init; }

    /// <summary>Every refund shown.</summary>
    public IEnumerable<Refund> Refunds => Payments.SelectMany(p => p.Refunds).Concat(OtherRefunds);

    /// <summary>Gathers it; null when there is no such case.</summary>
    /// <param name="backends">The services.</param>
    /// <param name="session">Who asks.</param>
    /// <param name="name">Name of the case.</param>
    /// <param name="ride">A ride that the caller spoke of and the case does not know yet.</param>
    /// <param name="token">The person's patience.</param>
    /// <exception cref="RpcException">Desk is away.</exception>
    public static async Task<CaseFile?> Load(
        Backends backends,
        Session session,
        string name,
        string? ride,
        CancellationToken token
    )
    {
        var ask = new Gathering(session, token);
        var parent = session.Parent;
        var asked = ask.Ask("desk", o => backends.Desk.GetCaseAsync(new() { Name = name }, o));
        var told = ask.Ask("desk", o => backends.Desk.ListMessagesAsync(new() { Parent = parent, Case = name }, o));
        var duty = ask.Ask("desk", o => backends.Desk.GetDutyAsync(new() { Parent = parent }, o));
        if (await asked is not { } matter)
        {
            return ask.Missing.Count == 0 ? null : throw Away();
        }
        var faults = ask.AskAll(
            "faults",
            Parts(matter, CaseKind.Fault),
            (n, o) => backends.Faults.GetFaultAsync(new() { Name = n }, o)
        );
        var complaints = ask.AskAll(
            "parking",
            Parts(matter, CaseKind.Complaint),
            (n, o) => backends.Parking.GetComplaintAsync(new() { Name = n }, o)
        );
        var refunds = ask.AskAll(
            "refunds",
            Parts(matter, CaseKind.Refund),
            (n, o) => backends.Refunds.GetRefundAsync(new() { Name = n }, o)
        );
        await Task.WhenAll(faults, complaints, refunds);
        var vehicles = FilesOf(ask, backends, parent, VehiclesOf(matter, await faults, await complaints));
        var rides = RidesOf(ask, backends, parent, matter);
        var payments = PaymentsOf(ask, backends, matter, ride, await faults, await refunds);
        await Task.WhenAll(vehicles, rides, payments);
        var shown = payments.Result.SelectMany(p => p.Refunds).Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        return new CaseFile
        {
            Case = matter,
            Messages = (await told)?.Messages ?? [],
            Duty = (await duty)?.Shifts ?? [],
            Faults = await faults,
            Complaints = await complaints,
            Vehicles = await vehicles,
            Rides = await rides,
            Payments = await payments,
            OtherRefunds = [.. refunds.Result.Where(r => !shown.Contains(r.Name))],
            Missing = ask.Missing,
        };
    }

    private static RpcException Away() => new(new Status(StatusCode.Unavailable, "Desk is away."));

    private static IEnumerable<string> Parts(Case matter, CaseKind kind) =>
        matter.Parts.Where(p => p.Kind == kind).Select(p => p.Name).Reverse().Take(Most).Reverse();

    private static IEnumerable<string> VehiclesOf(
        Case matter,
        IEnumerable<Fault> faults,
        IEnumerable<Complaint> filed
    ) =>
        faults
            .Select(f => f.Vehicle)
            .Concat(filed.SelectMany(c => c.Vehicles))
            .Prepend(matter.Vehicle)
            .Where(v => v.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .Take(Most);

    private static async Task<IReadOnlyList<VehicleFile>> FilesOf(
        Gathering ask,
        Backends backends,
        string parent,
        IEnumerable<string> names
    )
    {
        var files = await Task.WhenAll(names.Select(name => VehicleOf(ask, backends, parent, name)));
        return [.. files.OfType<VehicleFile>()];
    }

    private static async Task<VehicleFile?> VehicleOf(Gathering ask, Backends backends, string parent, string name)
    {
        var vehicle = ask.Ask("faults", o => backends.Faults.GetVehicleAsync(new() { Name = name }, o));
        var faults = ask.Ask(
            "faults",
            o => backends.Faults.ListFaultsAsync(Page(new ListFaultsRequest { Parent = parent, Vehicle = name }), o)
        );
        var rides = ask.Ask(
            "faults",
            o =>
                backends.Faults.ListRidesAsync(
                    new()
                    {
                        Parent = parent,
                        Vehicle = name,
                        PageSize = 5,
                    },
                    o
                )
        );
        return await vehicle is { } known
            ? new VehicleFile(known, (await faults)?.Faults ?? [], (await rides)?.Rides ?? [])
            : null;
    }

    private static ListFaultsRequest Page(ListFaultsRequest request)
    {
        request.PageSize = Most;
        return request;
    }

    private static async Task<IReadOnlyList<Ride>> RidesOf(Gathering ask, Backends backends, string parent, Case matter)
    {
        if (matter.Rider.Length == 0)
        {
            return [];
        }
        var rides = await ask.Ask(
            "faults",
            o =>
                backends.Faults.ListRidesAsync(
                    new()
                    {
                        Parent = parent,
                        Rider = matter.Rider,
                        PageSize = 5,
                    },
                    o
                )
        );
        return rides?.Rides ?? [];
    }

    /// <summary>Payments for the rides of the matter, else the rider's latest.</summary>
    private static async Task<IReadOnlyList<PaymentFile>> PaymentsOf(
        Gathering ask,
        Backends backends,
        Case matter,
        string? said,
        IEnumerable<Fault> faults,
        IEnumerable<Refund> refunds
    )
    {
        var rides = faults
            .Select(f => f.Ride)
            .Concat(refunds.Select(r => r.Ride))
            .Prepend(matter.Ride)
            .Prepend(said ?? "")
            .Where(r => r.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .Take(Most)
            .ToList();
        var parent = ask.Parent;
        var asked = rides.Select(ride => new ListPaymentsRequest { Parent = parent, Ride = ride }).ToList();
        if (asked.Count == 0 && matter.Rider.Length > 0)
        {
            asked.Add(
                new ListPaymentsRequest
                {
                    Parent = parent,
                    Customer = matter.Rider,
                    PageSize = 5,
                }
            );
        }
        var pages = await Task.WhenAll(
            asked.Select(r => ask.Ask("refunds", o => backends.Refunds.ListPaymentsAsync(r, o)))
        );
        var payments = pages.OfType<ListPaymentsResponse>().SelectMany(p => p.Payments).Take(Most);
        return await Task.WhenAll(payments.Select(p => RefundsOn(ask, backends, parent, p)));
    }

    private static async Task<PaymentFile> RefundsOn(Gathering ask, Backends backends, string parent, Payment payment)
    {
        var refunds = await ask.Ask(
            "refunds",
            o => backends.Refunds.ListRefundsAsync(new() { Parent = parent, Payment = payment.Name }, o)
        );
        return new PaymentFile(payment, refunds?.Refunds ?? []);
    }
}

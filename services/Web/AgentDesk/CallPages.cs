using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Refunds.V1;

namespace Mobility.Web.AgentDesk;

/// <summary>A ride that a caller may speak of, with what was paid for it.</summary>
public sealed record CallerRide(Ride Ride, IReadOnlyList<Payment> Payments);

/// <summary>What is known about a printed code that a caller reads out.</summary>
public sealed record CallLookUp
{
    /// <summary>A caller speaks of one of the last rides.</summary>
    private const int Most = 6;

    public required string Code { get; init; }
    public required IReadOnlyList<CallerRide> Rides { get; init; }
    public required IReadOnlyCollection<string> Missing { get; init; }

    public static async Task<CallLookUp> Load(DeskCall call, string code)
    {
        var ask = new Gathering(call.Session, call.Http.RequestAborted);
        var parent = ask.Parent;
        var rides =
            code.Length == 0
                ? null
                : await ask.Ask(
                    "faults",
                    o =>
                        call.Backends.Faults.ListRidesAsync(
                            new()
                            {
                                Parent = parent,
                                PrintedCode = code,
                                PageSize = Most,
                            },
                            o
                        )
                );
        var paid = await Task.WhenAll((rides?.Rides ?? []).Select(r => Paid(ask, call.Backends, parent, r)));
        return new CallLookUp
        {
            Code = code,
            Rides = paid,
            Missing = ask.Missing,
        };
    }

    private static async Task<CallerRide> Paid(Gathering ask, Backends backends, string parent, Ride ride)
    {
        var payments = await ask.Ask(
            "refunds",
            o => backends.Refunds.ListPaymentsAsync(new() { Parent = parent, Ride = ride.Name }, o)
        );
        return new CallerRide(ride, payments?.Payments ?? []);
    }
}

/// <summary>Somebody calls: by the code on the vehicle to the ride and the payment, and on to a case.</summary>
public static class CallPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        DeskPages.Page(routes, "/desk/call", call => Show(call, draft: null));
        DeskPages.Form(routes, "/desk/call", Answer);
    }

    public static async Task<IResult> Show(DeskCall call, Draft? draft)
    {
        var code = (draft?.Form["code"].ToString() ?? call.Query("code") ?? "").Trim().ToUpperInvariant();
        return View.Of<CallPage>(
            draft?.Problem.FormStatus ?? StatusCodes.Status200OK,
            ("Context", DeskContext.Of(call.Http, call.Session, "/desk/call", draft)),
            ("LookUp", await CallLookUp.Load(call, code))
        );
    }

    private static async Task<IResult> Answer(DeskPost post)
    {
        var (rider, ride) = post["ride"].Split('|') is [var who, var which] ? (who, which) : ("", "");
        var contact = await post.Backends.Desk.RecordContactAsync(
            new()
            {
                Parent = post.Session.Parent,
                Contact = new Contact
                {
                    // Without a telephone system beside it, the form itself is the call.
                    ExternalId = $"desk-{post.RequestId}",
                    Channel = post["channel"] == "chat" ? CaseChannel.Chat : CaseChannel.Phone,
                    Outcome = ContactOutcome.Answered,
                    Rider = rider,
                    Abusive = post["abusive"].Length > 0,
                },
                RequestId = post.RequestId,
            },
            post.Options
        );
        var path = $"/desk/cases/{DeskContext.Id(contact.Case)}?said=answered";
        return View.Then(ride.Length == 0 ? path : $"{path}&ride={Uri.EscapeDataString(ride)}");
    }
}

using System.Globalization;
using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Makes the shifts of a rotation, all or none.</summary>
public static class CreateRotation
{
    public static Task<Rotation> Handle(CreateRotationRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.RequestId(request.RequestId);
        var wish = RotationWish.Read(request, client.Zone, call.Now, check);
        check.Done();
        return call.Once(client.Id, request.RequestId, request, tx => Make(tx, wish, client.Zone, call));
    }

    private static async Task<Rotation> Make(Tx tx, RotationWish wish, TimeZoneInfo zone, Call call)
    {
        await OneRotationAtATime(tx);
        var aliases = new List<string>();
        foreach (var person in wish.People)
        {
            aliases.Add(await DutyStanding.Admit(tx, person, wish.Role, call.Caller.Vendor));
        }

        var standing = await Standing(tx, wish, zone);
        var run = wish.Plan.LongestRun(standing);
        if (run > wish.RunDaysMax)
        {
            throw TooLong(run, wish, standing);
        }

        var shifts = wish
            .People.SelectMany(
                (person, n) => wish.Plan.DaysOf(n).Select(day => Shift(person, aliases[n], wish.SpanOf(day, zone)))
            )
            .OrderBy(shift => shift.StartTime)
            .ToList();
        await ShiftTable.Insert(tx, shifts);
        tx.Wake(FollowRota.Job);
        return new Rotation
        {
            Shifts = { shifts.Select(shift => shift.ToWire()) },
            LongestRunDays = run,
            Coverage = { wish.Plan.Coverage() },
        };

        Shift Shift(Guid person, string alias, Period span) =>
            new()
            {
                ClientId = tx.ClientId,
                Id = call.NewId(),
                PersonId = person,
                Alias = alias,
                Role = wish.Role,
                StartTime = span.Start,
                EndTime = span.End,
            };
    }

    /// <summary>Two rotations of one person at once would each not see the other's days in the run.</summary>
    private static Task<int> OneRotationAtATime(Tx tx) =>
        tx.Execute(
            """
            SELECT pg_advisory_xact_lock(hashtextextended('rotation/' || @ClientId, 0))
            """,
            new { tx.ClientId }
        );

    /// <summary>The days on which these people work already, in and around the weeks; a shift counts for the day on
    /// which it begins.</summary>
    private static async Task<ILookup<int, DateOnly>> Standing(Tx tx, RotationWish wish, TimeZoneInfo zone)
    {
        var starts = await ShiftTable.Starts(tx, wish.People, wish.WithMargin(zone));
        return starts.ToLookup(
            start => wish.People.IndexOf(start.PersonId),
            start => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(start.StartTime, zone).DateTime)
        );
    }

    private static Refusal TooLong(int run, RotationWish wish, ILookup<int, DateOnly> standing)
    {
        var other = wish.Plan.Within(wish.RunDaysMax, standing);
        var order = other is null ? "" : string.Join(',', other.Order.Select(RotationWish.Letter));
        return new(
            StatusCode.FailedPrecondition,
            Errors.RunTooLong,
            $"Somebody would work {run} days in a row, at most {wish.RunDaysMax} are wished; "
                + (other is null ? "no order of the patterns does better." : $"the order {order} would do."),
            ("longest_run_days", run.ToString(CultureInfo.InvariantCulture)),
            ("run_days_max", wish.RunDaysMax.ToString(CultureInfo.InvariantCulture)),
            ("order", order)
        );
    }
}

using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using Shift = Mobility.Desk.V1.Shift;

namespace Mobility.Tests.Desk;

/// <summary>Members and their shifts, made through events and the API. It is Monday 2 March 2026, 09:00 in
/// Seoul.</summary>
internal sealed partial class DeskHouse
{
    public const string Vendor = "vendors/haenam-contact";

    /// <summary>A member as Refunds tells of one; the person again replaces what was said before.</summary>
    public async Task<string> Member(
        MemberRole role = MemberRole.Agent,
        MemberState state = MemberState.Active,
        string? person = null,
        string vendor = Vendor,
        string alias = "상담원"
    )
    {
        person ??= NewPerson();
        var member = new MemberChanged
        {
            Member = $"{Parent}/members/{IdOf(person)}",
            Revision = ++revisions,
            Person = person,
            Vendor = vendor,
            Role = role,
            Level = 1,
            State = state,
            Alias = alias,
        };
        await Service.Apply(OnMemberChanged.Handle, member);
        return person;
    }

    /// <summary>A shift from so many hours from now on.</summary>
    public CreateShiftRequest ShiftOf(
        string person,
        double fromHours = 0,
        double hours = 9,
        DutyRole role = DutyRole.Agent
    ) =>
        new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Shift = new Shift
            {
                Person = person,
                Role = role,
                StartTime = (Now + TimeSpan.FromHours(fromHours)).ToTimestamp(),
                EndTime = (Now + TimeSpan.FromHours(fromHours + hours)).ToTimestamp(),
            },
        };

    /// <summary>A member of the role and a shift from so many hours from now on; the person.</summary>
    public async Task<string> OnDuty(
        DutyRole role = DutyRole.Agent,
        double fromHours = 0,
        double hours = 9,
        string? person = null
    )
    {
        person ??= await Member(role == DutyRole.Lead ? MemberRole.Lead : MemberRole.Agent);
        await Rpc.CreateShiftAsync(ShiftOf(person, fromHours, hours, role), AsLead);
        return person;
    }

    public async Task<Duty> Duty(double hoursFromNow = 0) =>
        await Rpc.GetDutyAsync(
            new GetDutyRequest { Parent = Parent, Time = (Now + TimeSpan.FromHours(hoursFromNow)).ToTimestamp() },
            AsAgent
        );

    /// <summary>The call is refused, and these fields are named, in the order of their names.</summary>
    public async Task Violates(Func<Task> call, params string[] fields) =>
        Assert.Equal(
            fields,
            TestService.FieldsOf(await Refused(StatusCode.InvalidArgument, "FIELD_INVALID", call)).Order()
        );

    /// <summary>The reasons with which calls made at once are refused, in order; empty for one that is not.</summary>
    public static async Task<IReadOnlyList<string>> ReasonsOf(IEnumerable<Func<Task>> calls)
    {
        var reasons = await Task.WhenAll(calls.Select(call => Task.Run(() => ReasonOf(call))));
        return [.. reasons.Order(StringComparer.Ordinal)];
    }

    private static async Task<string> ReasonOf(Func<Task> call)
    {
        try
        {
            await call();
            return "";
        }
        catch (RpcException refused)
        {
            return TestService.ReasonOf(refused);
        }
    }
}

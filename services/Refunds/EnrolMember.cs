using Google.Protobuf.WellKnownTypes;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Says who may act for the client; the same person again replaces the record, so it also suspends.</summary>
public static class EnrolMember
{
    /// <summary>As a screen shows it beside a case.</summary>
    private const int AliasMax = 40;

    public static Task<Member> Handle(EnrolMemberRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.That(request.Member is not null, "member", "must be set");
        var member = request.Member ?? new Member();
        var known = ResourceName.TryParseTop(member.Person, "people", out var personId);
        check.That(known, "member.person", "must have the form people/{uuid}");
        check.That(
            member.Vendor.Length == 0 || Vendors.IsName(member.Vendor),
            "member.vendor",
            "must be empty or have the form vendors/{vendor}"
        );
        check.Known(member.Role, "member.role");
        check.That(member.Level is >= 1 and <= 9, "member.level", "must be 1 to 9");
        check.Known(member.State, "member.state");
        check.Text(member.Alias, "member.alias", 0, AliasMax);
        check.RequestId(request.RequestId);
        check.Done();
        return call.Once(client.Id, request.RequestId, request, tx => Enrol(tx, personId, member));
    }

    private static async Task<Member> Enrol(Tx tx, Guid personId, Member member)
    {
        await tx.Execute(
            """
            INSERT INTO member (client_id, person_id, vendor, role, level, state, alias, revision, create_time,
                update_time)
            VALUES (@ClientId, @personId, @Vendor, @Role, @Level, @State, @Alias, 1, @Now, @Now)
            ON CONFLICT (client_id, person_id) DO UPDATE SET vendor = excluded.vendor, role = excluded.role,
                level = excluded.level, state = excluded.state, alias = excluded.alias,
                revision = member.revision + 1, update_time = excluded.update_time
            """,
            new
            {
                tx.ClientId,
                personId,
                member.Vendor,
                Role = member.Role.ToString(),
                member.Level,
                State = member.State.ToString(),
                member.Alias,
                tx.Now,
            }
        );
        var row = (await MemberTable.Get(tx, personId))!;
        var name = new ResourceName(tx.ClientId, "members", personId).ToString();
        tx.Publish(
            new MemberChanged
            {
                Member = name,
                Revision = row.Revision,
                Person = member.Person,
                Vendor = row.Vendor,
                Role = row.Role,
                Level = row.Level,
                State = row.State,
                Alias = row.Alias,
            },
            name
        );
        return new Member
        {
            Name = name,
            Person = member.Person,
            Vendor = row.Vendor,
            Role = row.Role,
            Level = row.Level,
            State = row.State,
            Alias = row.Alias,
            CreateTime = row.CreateTime.ToTimestamp(),
            UpdateTime = row.UpdateTime.ToTimestamp(),
            Revision = row.Revision,
            Etag = $"\"{row.Revision}\"",
        };
    }
}

using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Says who may act for the client; the same person again replaces the record, so it also suspends.</summary>
public static class EnrolMember
{
    /// <summary>As a screen shows it beside a case.</summary>
    private const int AliasMax = 40;

    /// <summary>A person who rides has one or two; the table knows the figure too.</summary>
    private const int AccountsMax = 10;

    public static Task<Member> Handle(EnrolMemberRequest request, Call call, PersonKey key)
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
        var ties = member.Identity is { } identity ? Ties(check, client, identity, key) : null;
        check.RequestId(request.RequestId);
        check.Done();
        var told = request.Clone();
        if (ties is not null)
        {
            // What is stored to know a repeat again must not tell the number either: any hash without a key would.
            told.Member.Identity.Phone = ties.PhoneHash;
        }
        return call.Once(client.Id, request.RequestId, told, tx => Enrol(tx, personId, member, ties));
    }

    private static PersonTies Ties(Check check, ClientProfile client, MemberIdentity identity, PersonKey key)
    {
        const string field = "member.identity.rider_accounts";
        check.That(identity.RiderAccounts.Count <= AccountsMax, field, $"must be at most {AccountsMax}");
        check.That(identity.RiderAccounts.All(account => account.Length > 0), field, "must not hold an empty name");
        var accounts = identity
            .RiderAccounts.Take(AccountsMax)
            .Select(account => check.NameOf(client, account, field, "riders")?.Id)
            .ToList();
        return new PersonTies(
            key.HashOf(check, client, identity.Phone, "member.identity.phone"),
            [.. accounts.OfType<Guid>().Distinct()]
        );
    }

    private static async Task<Member> Enrol(Tx tx, Guid personId, Member member, PersonTies? ties)
    {
        if (ties is { PhoneHash.Length: > 0 })
        {
            await MustBeOnePerson(tx, personId, ties.PhoneHash);
        }
        await MemberTable.LockToChange(tx, personId);
        await Write(tx, personId, member, ties);
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

    // Else two logins of one person would be two pairs of eyes. Two enrolments at once come one after the other.
    private static async Task MustBeOnePerson(Tx tx, Guid personId, string phoneHash)
    {
        await tx.Execute(
            """SELECT pg_advisory_xact_lock(7218, hashtext(@ClientId || ' ' || @phoneHash))""",
            new { tx.ClientId, phoneHash }
        );
        var other = await tx.One<Guid?>(
            """
            SELECT person_id FROM member
            WHERE client_id = @ClientId AND phone_hash = @phoneHash AND person_id <> @personId
            """,
            new
            {
                tx.ClientId,
                phoneHash,
                personId,
            }
        );
        if (other is { } enrolled)
        {
            throw new Refusal(
                StatusCode.AlreadyExists,
                Errors.PersonEnrolled,
                "The phone number is that of another member: one natural person is one people/{uuid} in all roles.",
                ("member", new ResourceName(tx.ClientId, "members", enrolled).ToString())
            );
        }
    }

    private static Task<int> Write(Tx tx, Guid personId, Member member, PersonTies? ties) =>
        tx.Execute(
            """
            INSERT INTO member (client_id, person_id, vendor, role, level, state, alias, phone_hash, rider_accounts,
                revision, create_time, update_time)
            VALUES (@ClientId, @personId, @Vendor, @Role, @Level, @State, @Alias, @PhoneHash, @RiderAccounts, 1, @Now,
                @Now)
            ON CONFLICT (client_id, person_id) DO UPDATE SET vendor = excluded.vendor, role = excluded.role,
                level = excluded.level, state = excluded.state, alias = excluded.alias,
                phone_hash = CASE WHEN @Told::boolean THEN excluded.phone_hash ELSE member.phone_hash END,
                rider_accounts = CASE WHEN @Told::boolean THEN excluded.rider_accounts ELSE member.rider_accounts END,
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
                PhoneHash = ties?.PhoneHash ?? "",
                RiderAccounts = ties?.RiderAccounts.ToArray() ?? [],
                Told = ties is not null,
                tx.Now,
            }
        );
}

using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class EnrolMemberTests
{
    [Fact]
    public async Task A_person_is_enrolled_and_others_are_told()
    {
        await using var house = await Open();
        var person = NewPerson();

        var member = await house.Enrol(person, MemberRole.Agent, level: 5);

        Assert.Equal($"{Parent}/members/{person[7..]}", member.Name);
        Assert.Equal((person, Vendor, MemberRole.Agent, 5), (member.Person, member.Vendor, member.Role, member.Level));
        Assert.Equal((1L, "\"1\""), (member.Revision, member.Etag));
        var (type, data) = (await house.Service.Events())[^1];
        Assert.Equal(MemberChanged.Descriptor.FullName, type);
        Assert.Contains(person, data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_screens_call_the_person_is_kept_and_told_and_at_most_40_characters_long()
    {
        await using var house = await Open();
        var request = Enrolment(NewPerson(), MemberRole.Agent);
        request.Member.Alias = "상담원 1";

        var member = await house.Rpc.EnrolMemberAsync(request, house.AsOperator);
        var (_, data) = (await house.Service.Events())[^1];
        request.Member.Alias = new string('가', 41);
        request.RequestId = NewId();
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.EnrolMemberAsync(request, house.AsOperator)
        );

        Assert.Equal("상담원 1", member.Alias);
        Assert.Equal("상담원 1", Google.Protobuf.JsonParser.Default.Parse<MemberChanged>(data).Alias);
        Assert.Equal(["member.alias"], TestService.FieldsOf(error));
    }

    [Fact]
    public async Task The_same_person_again_replaces_the_record()
    {
        await using var house = await Open();

        var member = await house.Enrol(house.Agent, MemberRole.Lead, level: 9, state: MemberState.Suspended);

        Assert.Equal((2L, MemberRole.Lead, MemberState.Suspended), (member.Revision, member.Role, member.State));
        Assert.Single(await house.Rows<string>("""SELECT state FROM member WHERE state = 'Suspended'"""));
    }

    [Fact]
    public async Task A_suspended_member_is_refused_and_nothing_changes()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay();
        await house.Enrol(house.Agent, MemberRole.Agent, state: MemberState.Suspended);

        var error = await Assert.ThrowsAsync<RpcException>(() => house.Ask(payment, 1_000));

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        Assert.Equal("MEMBER_SUSPENDED", TestService.ReasonOf(error));
        Assert.Empty(await house.Refunds());
    }

    [Fact]
    public async Task A_person_who_is_not_enrolled_in_the_role_of_the_token_is_unknown()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay();

        var stranger = await Assert.ThrowsAsync<RpcException>(() =>
            house.Ask(payment, 1_000, caller: house.Service.As(Role.Agent, NewPerson()))
        );
        var pretender = await Assert.ThrowsAsync<RpcException>(() =>
            house.Ask(payment, 1_000, caller: house.Service.As(Role.Lead, house.Agent))
        );

        Assert.Equal("MEMBER_UNKNOWN", TestService.ReasonOf(stranger));
        Assert.Equal("MEMBER_UNKNOWN", TestService.ReasonOf(pretender));
    }

    [Fact]
    public async Task Every_wrong_field_is_named_at_once()
    {
        await using var house = await Open();
        var request = new EnrolMemberRequest
        {
            Parent = Parent,
            RequestId = "1",
            Member = new Member
            {
                Person = "me",
                Vendor = "vendors/X",
                Level = 10,
            },
        };

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.EnrolMemberAsync(request, house.AsOperator)
        );

        Assert.Equal(
            ["member.person", "member.vendor", "member.role", "member.level", "member.state", "request_id"],
            TestService.FieldsOf(error)
        );
    }

    [Fact]
    public async Task An_identity_holds_one_phone_number_and_ten_accounts_of_the_client_at_most()
    {
        await using var house = await Open();
        var request = Enrolment(NewPerson(), MemberRole.Agent);
        request.Member.Identity = new MemberIdentity { Phone = "010-1234-5678" };
        request.Member.Identity.RiderAccounts.AddRange(Enumerable.Range(0, 9).Select(_ => NewRider()));
        request.Member.Identity.RiderAccounts.Add($"clients/{TestIssuer.OtherClient}/riders/{NewId()}");
        request.Member.Identity.RiderAccounts.Add(NewRider());

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.EnrolMemberAsync(request, house.AsOperator)
        );
        const string accounts = "member.identity.rider_accounts";
        Assert.Equal([accounts, accounts, "member.identity.phone"], TestService.FieldsOf(error));

        request.Member.Identity.Phone = "";
        request.Member.Identity.RiderAccounts.RemoveAt(9);
        Assert.Null((await house.Rpc.EnrolMemberAsync(request, house.AsOperator)).Identity);
        Assert.Equal(
            [10],
            await house.Rows<int>("""SELECT cardinality(rider_accounts) FROM member WHERE rider_accounts <> '{}'""")
        );
    }

    [Fact]
    public async Task Ten_repeats_at_once_enrol_once()
    {
        await using var house = await Open();
        var request = Enrolment(house.Agent, MemberRole.Agent, level: 7);

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => house.Rpc.EnrolMemberAsync(request, house.AsOperator).ResponseAsync)
        );

        Assert.Single(replies.Distinct());
        Assert.Equal(2, replies[0].Revision);
    }

    [Fact]
    public async Task Only_the_operator_enrols()
    {
        await using var house = await Open();
        var request = Enrolment(NewPerson(), MemberRole.Lead);

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.EnrolMemberAsync(request, house.AsOfficer)
        );

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
    }
}

using Grpc.Core;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>A phone number that comes in is nowhere afterwards: in no column, no event, no log line, no reply; nor is a
/// hash of it that somebody without the key could make.</summary>
public sealed class PersonMarkerTests
{
    private const string Phone = "+82 10-7319-4628";
    private static readonly string[] Forms = [Phone, "821073194628", "1073194628", "73194628", "7319-4628"];

    [Fact]
    public async Task A_phone_number_is_kept_nowhere()
    {
        await using var house = await OpenWithDelegation();
        var replies = await Story(house);

        foreach (var (table, column, type) in await Columns(house))
        {
            var text = type == "bytea" ? $"encode({column}, 'escape')" : $"{column}::text";
            foreach (var form in Forms)
            {
                var found = await house.Rows<int>(
                    $"SELECT 1 FROM {table} WHERE strpos({text}, @form) > 0 LIMIT 1",
                    new { form }
                );
                Assert.True(found.Count == 0, $"{table}.{column} holds {form}");
            }
        }
        Assert.DoesNotContain(replies, reply => Forms.Any(form => reply.Contains(form, StringComparison.Ordinal)));
        Assert.DoesNotContain(
            house.Service.LogLines,
            line => Forms.Any(form => line.Contains(form, StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task The_hash_is_told_to_nobody_and_is_another_for_each_client_and_key()
    {
        await using var house = await OpenWithDelegation();
        var replies = await Story(house);
        var hash = Assert.Single(await house.Rows<string>("""SELECT phone_hash FROM member WHERE phone_hash <> ''"""));

        Assert.Equal([hash], await house.Rows<string>("""SELECT payer_hash FROM payment WHERE payer_hash <> ''"""));
        Assert.DoesNotContain(replies, reply => reply.Contains(hash, StringComparison.Ordinal));
        Assert.DoesNotContain(
            await house.Rows<string>(
                """SELECT concat(o::text, (SELECT string_agg(r::text, '') FROM refund r)) FROM outbox o"""
            ),
            row => row.Contains(hash, StringComparison.Ordinal)
        );
        var (key, other) = (KeyOf(0), KeyOf(1));
        Assert.Equal(hash, key.HashOf(TestIssuer.Client, "821073194628"));
        Assert.NotEqual(hash, key.HashOf(TestIssuer.OtherClient, "821073194628"));
        Assert.NotEqual(hash, other.HashOf(TestIssuer.Client, "821073194628"));
    }

    [Fact]
    public async Task What_knows_a_repeat_again_cannot_be_made_from_a_guessed_number()
    {
        await using var house = await OpenWithDelegation();
        var request = house.Recording();
        request.Payment.PayerPhone = Phone;
        await house.Rpc.RecordPaymentAsync(request, house.AsOperator);
        var enrolment = Enrolment(NewPerson(), MemberRole.Agent);
        enrolment.Member.Identity = new MemberIdentity { Phone = Phone };
        await house.Rpc.EnrolMemberAsync(enrolment, house.AsOperator);

        byte[][] guesses = [Guess(request), Guess(enrolment)];
        var kept = await house.Rows<byte[]>("""SELECT fingerprint FROM once""");

        Assert.DoesNotContain(kept, print => guesses.Any(guess => guess.SequenceEqual(print)));
        // The number still counts: another one under the same id is another request.
        request.Payment.PayerPhone = "+82 10-7319-4629";
        await house.Refused(
            StatusCode.InvalidArgument,
            "REQUEST_ID_REUSED",
            async () => await house.Rpc.RecordPaymentAsync(request, house.AsOperator)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("bm8ga2V5")]
    [InlineData("?")]
    public void A_key_that_is_too_short_or_none_stops_the_start_and_is_not_told(string text)
    {
        var error = Assert.Throws<InvalidOperationException>(() => KeyOf(text));

        Assert.Contains(PersonKey.Setting, error.Message, StringComparison.Ordinal);
        Assert.True(text.Length < 2 || !error.Message.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>Everything that takes a number, also in vain, and what follows; the replies as text.</summary>
    private static async Task<IReadOnlyList<string>> Story(RefundsHouse house)
    {
        var member = await house.Identify(house.Agent, MemberRole.Agent, Phone, [NewRider()]);
        var payment = await house.PayBy(Phone);
        var denied = await house.Ask(payment, 1_000);
        var quote = await house.Quote(Asking(payment, 1_000), house.AsAgent);
        var listed = await house.Rpc.ListPaymentsAsync(new() { Parent = Parent }, house.AsLead);
        var wrong = Enrolment(house.Lead, MemberRole.Lead);
        wrong.Member.Identity = new MemberIdentity { Phone = Phone + "x" };
        var invalid = await Refusal(house, wrong);
        Assert.Equal(["member.identity.phone"], TestService.FieldsOf(invalid));
        var taken = Enrolment(house.Lead, MemberRole.Lead);
        taken.Member.Identity = new MemberIdentity { Phone = Phone };
        var refused = await Refusal(house, taken);
        Assert.Equal("PERSON_ENROLLED", TestService.ReasonOf(refused));
        Assert.Null(member.Identity);
        return
        [
            member.ToString(),
            payment.ToString(),
            denied.ToString(),
            quote.ToString(),
            listed.ToString(),
            TestService.StatusOf(invalid).ToString(),
            TestService.StatusOf(refused).ToString(),
        ];
    }

    private static Task<RpcException> Refusal(RefundsHouse house, EnrolMemberRequest request) =>
        Assert.ThrowsAsync<RpcException>(async () => await house.Rpc.EnrolMemberAsync(request, house.AsOperator));

    private static async Task<IReadOnlyList<(string Table, string Column, string Type)>> Columns(RefundsHouse house)
    {
        var columns = await house.Rows<(string, string, string)>(
            """
            SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL) FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT a.attisdropped
            """
        );
        Assert.True(columns.Count > 100);
        return columns;
    }

    private static byte[] Guess(Google.Protobuf.IMessage request) =>
        System.Security.Cryptography.SHA256.HashData(Google.Protobuf.MessageExtensions.ToByteArray(request));

    private static PersonKey KeyOf(byte filler) =>
        KeyOf(Convert.ToBase64String(Enumerable.Repeat(filler, 32).ToArray()));

    private static PersonKey KeyOf(string text) =>
        PersonKey.Read(
            new Mobility.Platform.Settings(
                "",
                System.Net.IPAddress.Loopback,
                0,
                0,
                "",
                "",
                "",
                Development: true,
                Pubsub: "",
                new Dictionary<string, string>(StringComparer.Ordinal) { [PersonKey.Setting] = text }
            )
        );
}

using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class GetComplaintContactTests
{
    private const string Contact = "가게 010-1234-5678";

    [Fact]
    public async Task Every_reading_is_recorded_with_who_and_what_for()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await WithContact(house);

        var read = await house.Rpc.GetComplaintContactAsync(Reading(filed.Name), house.AsAgent);
        await house.Rpc.GetComplaintContactAsync(Reading(filed.Name), house.AsLead);

        Assert.Equal((filed.Name, Contact), (read.Complaint, read.Contact));
        Assert.Null(read.EraseTime);
        var reads = await house.Service.Rows<(string Person, string Purpose)>(
            """SELECT person, purpose FROM contact_reads ORDER BY person"""
        );
        string[] readers = [house.Agent, house.Lead];
        Assert.Equal(readers.Order(StringComparer.Ordinal).Select(r => (r, "call back")), reads);
    }

    [Fact]
    public async Task It_is_erased_ninety_days_after_the_end_and_not_while_it_is_open_again()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await WithContact(house);
        await house.Reject(filed.Name);
        var read = await house.Rpc.GetComplaintContactAsync(Reading(filed.Name), house.AsAgent);
        Assert.Equal(house.Now.AddDays(90), read.EraseTime.ToDateTimeOffset());

        await house.Reopen(filed.TrackingCode);

        Assert.Null((await house.Rpc.GetComplaintContactAsync(Reading(filed.Name), house.AsAgent)).EraseTime);
    }

    [Fact]
    public async Task Where_there_is_none_the_reading_is_recorded_all_the_same()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();
        Assert.Empty((await house.Rpc.GetComplaintContactAsync(Reading(filed.Name), house.AsAgent)).Contact);
        Assert.Single(await house.Service.Rows<Guid>("""SELECT id FROM contact_reads"""));
    }

    /// <summary>A ciphertext that somebody put under another complaint opens for nobody.</summary>
    [Fact]
    public async Task A_contact_belongs_to_its_complaint_and_its_key()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await WithContact(house);
        var keys = ParkingKeys.Read(house.Service.Settings);
        var other = ParkingKeys.Read(
            house.Service.Settings with
            {
                Own = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [ParkingKeys.TrackingKeySetting] = Convert.ToBase64String(new byte[32]),
                    [ParkingKeys.ContactKeySetting] = Convert.ToBase64String(new byte[32]),
                },
            }
        );
        var kept = keys.Seal(Contact, filed.Name);
        Assert.Equal(Contact, keys.Open(kept, filed.Name));
        Assert.NotEqual(kept, keys.Seal(Contact, filed.Name));
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => keys.Open(kept, filed.Name + "x"));
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => other.Open(kept, filed.Name));
        Assert.NotEqual(keys.ContactKeyId, other.ContactKeyId);

        await house.Service.Rows<string>("""UPDATE contacts SET key_id = '00000000' RETURNING key_id""");
        await house.Refused(
            StatusCode.FailedPrecondition,
            "CONTACT_KEY_UNKNOWN",
            async () => await house.Rpc.GetComplaintContactAsync(Reading(filed.Name), house.AsAgent)
        );
    }

    [Fact]
    public async Task A_purpose_is_needed_and_only_agents_and_leads_read()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await WithContact(house);
        foreach (var purpose in new[] { "", " ", new string('x', 201) })
        {
            await house.Invalid(
                async () => await house.Rpc.GetComplaintContactAsync(Reading(filed.Name, purpose), house.AsAgent),
                "purpose"
            );
        }

        await house.AdmitsOnly(
            async caller => await house.Rpc.GetComplaintContactAsync(Reading(filed.Name), caller),
            Role.Agent,
            Role.Lead
        );
    }

    private static GetComplaintContactRequest Reading(string name, string purpose = "call back") =>
        new() { Name = name, Purpose = purpose };

    private static Task<Mobility.Parking.V1.Complaint> WithContact(ParkingHouse house)
    {
        var request = house.Complaining();
        request.Complaint.Contact = Contact;
        return house.File(request);
    }
}

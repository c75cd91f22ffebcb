using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class CreateComplaintTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    [Fact]
    public async Task A_passer_by_files_a_complaint_and_is_told_the_rule_and_a_code()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");

        var filed = await house.File("gn-0001 ");

        Assert.Equal(ComplaintState.Filed, filed.State);
        Assert.Empty(filed.Flags);
        Assert.Matches("^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$", filed.TrackingCode);
        Assert.Equal(("", 0, false, 1L), (filed.FiledBy, filed.OtherComplaintCount, filed.HasContact, filed.Revision));
        Assert.Equal(("gangneung", 90), (filed.Rule.City, filed.Rule.GraceMinutes));
        // 2 March 2026 stands in for a holiday that fell on a Sunday: the 90 minutes run on Tuesday from 09:00 in
        // Seoul.
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 1, 30, 0, TimeSpan.Zero), filed.DueTime.ToDateTimeOffset());
        Assert.Equal("가게 문 앞을 막고 있어요", filed.Note);
        var evt = Assert.Single(await house.EventsOf<ComplaintFiled>()).Complaint;
        Assert.Equal((filed.Name, 1L, "storefront"), (evt.Complaint, evt.Revision, evt.Category));
        Assert.Single(evt.Vehicles);
        Assert.Equal(0, evt.AnswerCount);
    }

    [Fact]
    public async Task Somebody_without_an_account_sees_nothing_of_vehicles_and_staff()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");

        var filed = await house.File("GN-0001");

        Assert.Empty(filed.Vehicles);
        Assert.Equal(("", "", ""), (filed.Episode, filed.Removal, filed.Rule.Zone));
    }

    [Fact]
    public async Task An_agent_files_for_a_caller()
    {
        await using var house = await ParkingHouse.Open();
        var vehicle = await house.Vehicle("GN-0001");
        var request = house.Complaining("GN-0001");
        request.RequestId = house.NewId();
        request.Complaint.Channel = ComplaintChannel.Phone;
        request.Complaint.Contact = "010-1234-5678";

        var filed = await house.File(request, house.AsAgent);

        Assert.Equal((house.Agent, true), (filed.FiledBy, filed.HasContact));
        Assert.Equal([vehicle], filed.Vehicles);
        Assert.NotEmpty(filed.Episode);
        Assert.Equal(ComplaintState.Filed, (await house.Track(filed.TrackingCode)).State);
    }

    [Fact]
    public async Task Several_vehicles_are_one_complaint_and_unknown_codes_are_flagged()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        await house.Vehicle("GN-0002");

        var filed = await house.File("GN-0001", "GN-0002", "gn-0001", "XX-9");

        Assert.Equal([ComplaintFlag.UnknownVehicleCode], filed.Flags);
        Assert.Equal(["GN-0001", "GN-0002", "XX-9"], filed.PrintedCodes);
        Assert.Equal(2, (await house.EventsOf<ComplaintFiled>())[0].Complaint.Vehicles.Count);
    }

    [Fact]
    public async Task What_is_odd_is_flagged_and_taken()
    {
        await using var house = await ParkingHouse.Open();
        var request = house.Complaining("XX-9");
        request.Complaint.OccurTime = (house.Now - TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1)).ToTimestamp();
        (request.Complaint.Point.Latitude, request.Complaint.Point.Longitude) = (35.1, 129.0);

        var filed = await house.File(request);

        Assert.Equal(
            [ComplaintFlag.UnknownVehicleCode, ComplaintFlag.OccurredLongAgo, ComplaintFlag.OutsideServiceArea],
            filed.Flags
        );
    }

    [Fact]
    public async Task A_time_before_all_records_is_kept_as_it_was_claimed()
    {
        await using var house = await ParkingHouse.Open();
        var request = house.Complaining();
        request.Complaint.OccurTime = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = -62_135_596_800 };

        var filed = await house.File(request);

        Assert.Equal([ComplaintFlag.OccurredLongAgo], filed.Flags);
        Assert.Equal(request.Complaint.OccurTime, filed.OccurTime);
    }

    [Fact]
    public async Task A_repeat_from_another_address_is_a_repeat()
    {
        await using var house = await ParkingHouse.Open();
        var request = house.Complaining();
        var first = await house.File(request);
        request.Sender = house.NewId();

        Assert.Equal(first, await house.File(request));
        Assert.Single(await house.All());
    }

    [Fact]
    public async Task Seven_days_ago_is_not_long_ago()
    {
        await using var house = await ParkingHouse.Open();
        var request = house.Complaining();
        request.Complaint.OccurTime = (house.Now - TimeSpan.FromDays(7)).ToTimestamp();

        Assert.Empty((await house.File(request)).Flags);
    }

    [Theory]
    [InlineData(0, 0, "0,0")]
    [InlineData(128.8996, 37.7645, "swapped it would lie in the service area")]
    [InlineData(double.NaN, 128.8996, "-90 to 90")]
    [InlineData(37.7645, double.PositiveInfinity, "-180 to 180")]
    [InlineData(91, 128.8996, "-90 to 90")]
    public async Task A_point_that_is_no_point_is_refused_and_named(double latitude, double longitude, string reason)
    {
        await using var house = await ParkingHouse.Open(one);
        var request = house.Complaining();
        (request.Complaint.Point.Latitude, request.Complaint.Point.Longitude) = (latitude, longitude);

        var refused = await house.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => house.File(request));

        Assert.Contains(reason, refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Swapped_axes_within_all_ranges_are_named()
    {
        await using var house = await ParkingHouse.Open(one);
        var request = house.Complaining();
        // Near the equator of an invented client both orders would be points; here the longitude is beyond 90.
        (request.Complaint.Point.Latitude, request.Complaint.Point.Longitude) = (128.9, 37.76);

        var refused = await house.Invalid(() => house.File(request), "complaint.point.latitude");

        Assert.Contains("swapped", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_violation_is_named_at_once()
    {
        await using var house = await ParkingHouse.Open(one);
        var request = house.Complaining([.. Enumerable.Range(0, 21).Select(n => $"GN-{n}")]);
        request.RequestId = house.NewId();
        request.Sender = new string('s', 65);
        request.Complaint.AccuracyMeters = double.NaN;
        request.Complaint.Category = "on-the-moon";
        request.Complaint.Note = new string('글', 4_001);
        request.Complaint.Contact = new string('1', 201);
        request.Complaint.Language = "fr";
        request.Complaint.Channel = ComplaintChannel.Unspecified;
        request.Complaint.OccurTime = (house.Now + TimeSpan.FromMinutes(3)).ToTimestamp();
        request.Complaint.Point = null;

        await house.Invalid(
            () => house.File(request),
            "request_id",
            "sender",
            "complaint.category",
            "complaint.point",
            "complaint.accuracy_meters",
            "complaint.language",
            "complaint.contact",
            "complaint.occur_time",
            "complaint.printed_codes",
            "complaint.note",
            "complaint.channel"
        );
    }

    [Fact]
    public async Task A_text_of_four_thousand_characters_is_taken_and_one_of_two_megabytes_refused()
    {
        await using var house = await ParkingHouse.Open();
        var request = house.Complaining();
        request.Complaint.Note = new string('글', 4_000);
        await house.File(request);

        request.RequestId = ParkingHouse.NewRandomId();
        request.Complaint.Note = new string('a', 2_000_000);
        await house.Invalid(() => house.File(request), "complaint.note");
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply_with_the_same_code()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var request = house.Complaining("GN-0001");
        request.Complaint.Contact = "shop@example.org";

        var filed = await ParkingHouse.TenAtOnce(() => house.File(request));

        Assert.Equal(filed, await house.File(request));
        Assert.Single(await house.EventNames());
        request.Complaint.Contact = "other@example.org";
        await house.Refused(StatusCode.InvalidArgument, "REQUEST_ID_REUSED", () => house.File(request));
    }

    /// <summary>A dump of every table, with the reply that is stored for repeats, gives nobody a code or a
    /// contact.</summary>
    [Fact]
    public async Task No_row_holds_a_code_or_a_contact()
    {
        await using var house = await ParkingHouse.Open();
        var request = house.Complaining();
        request.Complaint.Contact = "01012345678";
        var filed = await house.File(request);
        var bare = filed.TrackingCode.Replace("-", "", StringComparison.Ordinal);
        string[] secrets = [filed.TrackingCode, bare, request.Complaint.Contact];

        foreach (var (table, row) in await house.Dump())
        {
            foreach (var secret in secrets)
            {
                var hex = Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(secret));
                Assert.False(row.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{table} holds {secret}");
                Assert.False(row.Contains(hex, StringComparison.OrdinalIgnoreCase), $"{table} holds bytes of {secret}");
            }
        }
    }

    [Fact]
    public async Task Only_reporters_agents_and_leads_file()
    {
        await using var house = await ParkingHouse.Open(one);
        await house.AdmitsOnly(
            caller => house.File(house.Complaining(), caller),
            Role.Anonymous,
            Role.Agent,
            Role.Lead
        );
    }
}

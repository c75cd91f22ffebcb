using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Mobility.Type.V1;
using Xunit;

namespace Mobility.Tests.Faults;

public sealed class CreateFaultBadInputTests(OneService<FaultsApp> one) : IClassFixture<OneService<FaultsApp>>
{
    [Fact]
    public async Task All_that_is_wrong_is_named_at_once_the_ride_of_another_rider_too()
    {
        await using var house = await FaultsHouse.Open();
        var others = await house.Record(await house.Register(), house.OtherRider);
        var request = house.Report("HAUNTED", "");
        request.RequestId = "";
        request.Fault.Note = new string('x', 4_001);
        request.Fault.Ride = others.Name;
        request.Fault.Position = new LatLng { Latitude = double.NaN, Longitude = double.PositiveInfinity };
        request.Fault.PositionAccuracyMeters = double.NaN;
        request.Fault.Channel = (Channel)99;
        request.Fault.Language = "fr";
        request.Fault.OccurTime = (house.Now + TimeSpan.FromMinutes(3)).ToTimestamp();
        request.Fault.Reporter = house.OtherRider;

        var refused = await house.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => house.Create(request));

        string[] expected =
        [
            "request_id",
            "fault.category",
            "fault.printed_code",
            "fault.occur_time",
            "fault.position.latitude",
            "fault.position.longitude",
            "fault.position_accuracy_meters",
            "fault.note",
            "fault.channel",
            "fault.language",
            "fault.reporter",
            "fault.ride",
        ];
        Assert.Equal(expected.Order(), TestService.FieldsOf(refused).Order());
    }

    [Theory]
    [InlineData(128.8996, 37.7645, "fault.position.latitude", true)]
    [InlineData(37.7645, 128.7499, "fault.position", false)]
    [InlineData(37.5663, 126.9779, "fault.position", false)]
    [InlineData(0, 0, "fault.position", false)]
    [InlineData(-91, 128.9, "fault.position.latitude", false)]
    [InlineData(37.8, 180.1, "fault.position.longitude", false)]
    public async Task A_point_outside_the_service_area_is_refused_and_swapped_axes_are_called_so(
        double latitude,
        double longitude,
        string field,
        bool swapped
    )
    {
        await using var house = await FaultsHouse.Open(one);
        var request = house.Report();
        request.Fault.Position = new LatLng { Latitude = latitude, Longitude = longitude };

        var refused = await house.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => house.Create(request));

        Assert.Equal([field], TestService.FieldsOf(refused));
        Assert.Equal(swapped, refused.Status.Detail.Contains("swapped", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(37.6, 128.75)]
    [InlineData(37.95, 129.1)]
    public async Task The_edge_of_the_service_area_belongs_to_it(double latitude, double longitude)
    {
        await using var house = await FaultsHouse.Open(one);
        var request = house.Report();
        request.Fault.Position = new LatLng { Latitude = latitude, Longitude = longitude };

        Assert.Equal(request.Fault.Position, (await house.Create(request)).Position);
    }

    [Fact]
    public async Task A_ride_of_another_rider_and_a_ride_that_is_none_get_the_same_answer()
    {
        await using var house = await FaultsHouse.Open();
        var others = await house.Record(await house.Register(), house.OtherRider);

        var another = await RefusedRide(others.Name);
        var none = await RefusedRide($"{FaultsHouse.Parent}/rides/{house.NewId()}");

        Assert.Equal(another, none);

        async Task<string> RefusedRide(string ride)
        {
            var request = house.Report();
            request.Fault.Ride = ride;
            var refused = await house.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => house.Create(request));
            Assert.Equal(["fault.ride"], TestService.FieldsOf(refused));
            return refused.Status.Detail;
        }
    }

    [Fact]
    public async Task An_agent_names_the_rider_whose_ride_it_was()
    {
        await using var house = await FaultsHouse.Open();
        var ride = await house.Record(await house.Register());
        var request = house.Report();
        request.Fault.Ride = ride.Name;

        await house.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => house.Create(request, house.AsAgent));

        request.Fault.Reporter = house.Rider;
        Assert.Equal(ride.Name, (await house.Create(request, house.AsAgent)).Ride);
    }

    [Fact]
    public async Task A_ride_of_another_client_is_refused()
    {
        await using var house = await FaultsHouse.Open(one);
        var request = house.Report();
        request.Fault.Ride = $"clients/{TestIssuer.OtherClient}/rides/{house.NewId()}";

        var refused = await house.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => house.Create(request));

        Assert.Equal(["fault.ride"], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task A_clock_may_be_two_minutes_fast_and_not_more()
    {
        await using var house = await FaultsHouse.Open(one);
        var request = house.Report();
        request.Fault.OccurTime = (house.Now + TimeSpan.FromMinutes(2)).ToTimestamp();

        Assert.Equal(request.Fault.OccurTime, (await house.Create(request)).OccurTime);

        var later = house.Report();
        later.Fault.OccurTime = (house.Now + TimeSpan.FromMilliseconds(120_001)).ToTimestamp();
        var refused = await house.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => house.Create(later));
        Assert.Equal(["fault.occur_time"], TestService.FieldsOf(refused));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("A\0B")]
    [InlineData("A23456789012345678901234567890123")]
    public async Task A_code_must_be_something_that_one_can_read(string code)
    {
        await using var house = await FaultsHouse.Open(one);

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            () => house.Create(house.Report(code: code))
        );

        Assert.Equal(["fault.printed_code"], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task The_longest_note_is_kept_whole()
    {
        await using var house = await FaultsHouse.Open(one);
        var request = house.Report();
        request.Fault.Note = new string('가', 4_000);

        Assert.Equal(request.Fault.Note, (await house.Create(request)).Note);
    }

    [Fact]
    public async Task A_client_that_is_unknown_is_refused()
    {
        await using var house = await FaultsHouse.Open(one);
        var request = house.Report();
        request.Parent = "clients/nobody-kick";

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            () => house.Create(request, house.As(Role.Agent, house.Agent, "nobody-kick"))
        );

        Assert.Equal(["parent"], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task An_account_of_one_client_reports_nothing_to_another()
    {
        await using var house = await FaultsHouse.Open(one);
        var request = house.Report("FLAT_TIRE");
        request.Parent = $"clients/{TestIssuer.OtherClient}";
        request.Fault.Position = null;

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            () => house.Create(request, house.As(Role.Rider, house.Rider, TestIssuer.OtherClient))
        );

        Assert.Equal(["parent"], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task An_empty_request_is_refused()
    {
        await using var house = await FaultsHouse.Open(one);

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            () => house.Create(new CreateFaultRequest())
        );

        Assert.Equal(
            ["fault", "fault.category", "fault.channel", "fault.printed_code", "parent", "request_id"],
            TestService.FieldsOf(refused).Order(StringComparer.Ordinal)
        );
    }
}

using Google.Protobuf;
using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

/// <summary>What a photo is, is in <see cref="ImageFileTests"/>.</summary>
public sealed class AddComplaintPhotoTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    private static readonly byte[] Located = TestImages.Jpeg(
        640,
        480,
        TestImages.ExifSegment(TestImages.Tiff(37.75, 128.87))
    );

    [Fact]
    public async Task A_reporter_adds_one_and_what_exif_claims_is_for_staff_only()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();

        var photo = await house.AddPhotoByCode(filed.TrackingCode, Located);

        Assert.Equal(("image/jpeg", 640, 480), (photo.MediaType, photo.WidthPixels, photo.HeightPixels));
        Assert.Empty(photo.Content);
        Assert.Null(photo.ClaimedPoint);
        var seen = await house.Rpc.GetComplaintPhotoAsync(
            new GetComplaintPhotoRequest { Name = photo.Name },
            house.AsAgent
        );
        Assert.Equal(37.75, seen.ClaimedPoint.Latitude, 0.00001);
        Assert.Equal(TestImages.Jpeg(), seen.Content);
        Assert.Equal([photo.Name], (await house.Get(filed.Name)).Photos);
        Assert.Equal([photo.Name], (await house.Track(filed.TrackingCode)).Photos);
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply_and_one_photo_is_kept()
    {
        await using var house = await ParkingHouse.Open();
        var request = new AddComplaintPhotoRequest
        {
            Name = (await house.File()).Name,
            Content = ByteString.CopyFrom(Located),
            RequestId = house.NewId(),
        };

        await ParkingHouse.TenAtOnce(async () => await house.Rpc.AddComplaintPhotoAsync(request, house.AsAgent));

        Assert.Single(await house.Service.Rows<Guid>("""SELECT id FROM photos"""));
        request.Content = ByteString.CopyFrom(TestImages.Png());
        await house.Refused(
            StatusCode.InvalidArgument,
            "REQUEST_ID_REUSED",
            async () => await house.Rpc.AddComplaintPhotoAsync(request, house.AsAgent)
        );
    }

    [Fact]
    public async Task Five_of_the_reporter_leave_room_for_five_of_the_crew()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();
        for (var n = 0; n < 5; n++)
        {
            await house.AddPhotoByCode(filed.TrackingCode, Located);
        }

        await Full(() => house.AddPhotoByCode(filed.TrackingCode, Located));
        for (var n = 0; n < 5; n++)
        {
            await house.AddPhoto(filed.Name);
        }

        await Full(() => house.AddPhoto(filed.Name));

        Task Full(Func<Task> call) => house.Refused(StatusCode.FailedPrecondition, "PHOTO_LIMIT_REACHED", call);
    }

    [Fact]
    public async Task Each_kind_of_bad_file_has_a_reason_of_its_own_and_nothing_is_kept()
    {
        await using var house = await ParkingHouse.Open(one);
        var code = (await house.File()).TrackingCode;
        await Bad(TestImages.Jpeg()[..^1], "PHOTO_TRUNCATED");
        await Bad([0xFF, 0xD8, 0xFF, 0xD9], "PHOTO_STRUCTURE_WRONG");
        await Bad("<svg/>"u8.ToArray(), "PHOTO_IS_SVG");
        await Bad("\0\0\0\u0018ftypheic\0\0\0\0"u8.ToArray(), "PHOTO_IS_HEIC");
        await Bad("MZ, a program"u8.ToArray(), "PHOTO_TYPE_UNKNOWN");
        await Bad(TestImages.Jpeg(10_000, 5_001), "PHOTO_TOO_MANY_PIXELS");
        await Bad(new byte[3 * 1024 * 1024 + 1], "PHOTO_TOO_LARGE");

        Task Bad(byte[] file, string reason) =>
            house.Refused(StatusCode.InvalidArgument, reason, () => house.AddPhotoByCode(code, file));
    }

    [Fact]
    public async Task A_reporter_shows_the_code_and_staff_names_the_complaint()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();
        await house.WrongCode(() => house.AddPhotoByCode("0000-0000-0000", Located));
        var both = new AddComplaintPhotoRequest
        {
            Name = filed.Name,
            TrackingCode = filed.TrackingCode,
            Content = ByteString.CopyFrom(Located),
            RequestId = ParkingHouse.NewRandomId(),
        };
        await house.Invalid(async () => await house.Rpc.AddComplaintPhotoAsync(both), "name");
        await house.Invalid(async () => await house.Rpc.AddComplaintPhotoAsync(both, house.AsAgent), "tracking_code");
        both.Content = ByteString.Empty;
        both.TrackingCode = "";
        await house.Invalid(async () => await house.Rpc.AddComplaintPhotoAsync(both, house.AsAgent), "content");
    }

    [Fact]
    public async Task Who_has_an_answer_adds_no_more()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();
        await house.Reject(filed.Name);
        await house.Refused(
            StatusCode.FailedPrecondition,
            "COMPLAINT_ALREADY_REJECTED",
            () => house.AddPhotoByCode(filed.TrackingCode, Located)
        );
    }

    [Fact]
    public async Task Officers_and_riders_add_none()
    {
        await using var house = await ParkingHouse.Open(one);
        var name = (await house.File()).Name;
        foreach (var role in new[] { Role.ClientOfficer, Role.Auditor, Role.Operator })
        {
            await house.Refused(
                StatusCode.PermissionDenied,
                "PERMISSION_DENIED",
                () => house.AddPhoto(name, Located, house.As(role, house.NewPerson()))
            );
        }
    }
}

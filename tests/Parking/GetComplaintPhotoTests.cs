using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class GetComplaintPhotoTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    [Fact]
    public async Task A_reporter_sees_own_photos_and_the_proof_and_no_other()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var mine = await house.File("GN-0001");
        var neighbours = await house.File("GN-0001");
        var own = await house.AddPhotoByCode(mine.TrackingCode, TestImages.Png());
        var other = await house.AddPhotoByCode(neighbours.TrackingCode, TestImages.Jpeg());
        var crews = await house.AddPhoto(mine.Name);
        await house.Uphold(mine.Name);
        var proof = await house.AddPhoto(neighbours.Name, TestImages.Webp());
        await house.Rpc.ResolveComplaintAsync(house.Resolving(neighbours.Name, proof.Name), house.AsTechnician);

        Assert.Equal([own.Name, proof.Name], (await house.Track(mine.TrackingCode)).Photos);
        var seen = await Get(own.Name);
        Assert.Equal((own.Sha256, "image/png"), (seen.Sha256, seen.MediaType));
        Assert.Equal(
            seen.Sha256,
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(seen.Content.Span))
        );
        Assert.Equal("image/webp", (await Get(proof.Name)).MediaType);
        await Hidden(other.Name, mine.TrackingCode);
        await Hidden(crews.Name, mine.TrackingCode);
        await Hidden(own.Name, neighbours.TrackingCode);
        await Hidden(own.Name, "0000-0000-0000");
        await Hidden(own.Name, "");
        await Hidden($"{ParkingHouse.Parent}/photos/{house.NewId()}", mine.TrackingCode);

        async Task<Photo> Get(string name) => await house.Rpc.GetComplaintPhotoAsync(Asking(name, mine.TrackingCode));

        Task Hidden(string name, string code) =>
            house.Refused(
                StatusCode.NotFound,
                "PHOTO_NOT_FOUND",
                async () => await house.Rpc.GetComplaintPhotoAsync(Asking(name, code))
            );
    }

    [Fact]
    public async Task Staff_sees_every_photo_of_its_client()
    {
        await using var house = await ParkingHouse.Open(one);
        var photo = await house.AddPhotoByCode((await house.File()).TrackingCode, TestImages.Jpeg());
        await house.AdmitsOnly(
            async caller => await house.Rpc.GetComplaintPhotoAsync(Asking(photo.Name, ""), caller),
            Role.Anonymous,
            Role.Agent,
            Role.Lead,
            Role.Technician,
            Role.ClientOfficer,
            Role.Auditor
        );
        Assert.NotEmpty((await house.Rpc.GetComplaintPhotoAsync(Asking(photo.Name, ""), house.AsTechnician)).Content);
    }

    [Fact]
    public async Task A_name_that_is_none_is_named()
    {
        await using var house = await ParkingHouse.Open(one);
        await house.Invalid(async () => await house.Rpc.GetComplaintPhotoAsync(Asking("x", "")), "name");
    }

    private static GetComplaintPhotoRequest Asking(string name, string code) =>
        new() { Name = name, TrackingCode = code };
}

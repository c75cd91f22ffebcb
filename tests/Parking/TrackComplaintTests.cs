using System.Diagnostics;
using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class TrackComplaintTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    [Fact]
    public async Task Who_holds_the_code_sees_what_became_of_it_and_nothing_of_anybody_else()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var filed = await house.File("GN-0001");
        await house.File("GN-0001");

        var tracked = await house.Track(filed.TrackingCode);

        Assert.Equal(ComplaintState.Filed, tracked.State);
        Assert.Equal(("storefront", "ko", 1), (tracked.Category, tracked.Language, tracked.OtherComplaintCount));
        Assert.Equal(["GN-0001"], tracked.PrintedCodes);
        Assert.Equal(filed.Point, tracked.Point);
        Assert.Equal("", tracked.Rule.Zone);
        Assert.True(tracked.Withdrawable);
        Assert.Null(tracked.ReopenUntilTime);
        Assert.Equal(ParkingHouse.Parent, tracked.Client);
        Assert.DoesNotContain("people/", tracked.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("vehicles/", tracked.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("episodes/", tracked.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_may_be_typed_in_any_manner()
    {
        await using var house = await ParkingHouse.Open();
        var code = (await house.File()).TrackingCode;
        string[] typed =
        [
            code.Replace("-", "", StringComparison.Ordinal),
            code.ToLowerInvariant(),
            " " + code.Replace('-', ' '),
            code.Replace('0', 'o').Replace('1', 'l'),
        ];

        foreach (var text in typed)
        {
            Assert.Equal(ComplaintState.Filed, (await house.Track(text)).State);
        }
    }

    [Theory]
    [InlineData("0000-0000-0000")]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("UUUU-UUUU-UUUU")]
    [InlineData("%' OR 1=1 --")]
    public async Task Any_other_code_gets_one_answer(string code)
    {
        await using var house = await ParkingHouse.Open(one);
        await house.File();

        var refused = await house.Refused(StatusCode.NotFound, "COMPLAINT_NOT_FOUND", () => house.Track(code));

        Assert.Equal("There is no complaint with this tracking code.", refused.Status.Detail);
        Assert.Empty(TestService.InfoOf(refused).Metadata);
    }

    [Fact]
    public async Task A_very_long_code_gets_the_same_answer()
    {
        await using var house = await ParkingHouse.Open(one);
        await house.Refused(StatusCode.NotFound, "COMPLAINT_NOT_FOUND", () => house.Track(new string('A', 100_000)));
    }

    /// <summary>Rounds in turn, so that what the machine does meanwhile hits all three alike.</summary>
    [Fact]
    public async Task Right_wrong_and_malformed_codes_take_the_same_time()
    {
        await using var house = await ParkingHouse.Open();
        var right = (await house.File()).TrackingCode;
        string[] codes = [right, "0000-0000-0000", "no code at all"];
        var times = codes.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < 120; round++)
        {
            for (var at = 0; at < codes.Length; at++)
            {
                var start = Stopwatch.GetTimestamp();
                await Look(house, codes[at]);
                times[at].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        // The fast quarter: what the machine does besides makes single look-ups slow, never fast.
        var fast = times.Select(t => t.Skip(20).Order().ElementAt(25)).ToList();
        Assert.True(fast.Max() < fast.Min() * 1.5 + 0.5, string.Join(" ", fast));
    }

    [Fact]
    public async Task A_sender_who_looks_up_too_often_waits_and_another_does_not()
    {
        await using var house = await ParkingHouse.Open();
        var code = (await house.File()).TrackingCode;
        var request = new TrackComplaintRequest { TrackingCode = code, Sender = "s" };
        for (var at = 0; at < 60; at++)
        {
            await house.Rpc.TrackComplaintAsync(request);
        }

        await house.Refused(
            StatusCode.ResourceExhausted,
            "TOO_MANY_LOOK_UPS",
            async () => await house.Rpc.TrackComplaintAsync(request)
        );
        await house.Track(code);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));
        await house.Rpc.TrackComplaintAsync(request);
    }

    [Fact]
    public async Task Nobody_else_calls_it()
    {
        await using var house = await ParkingHouse.Open(one);
        var request = new TrackComplaintRequest { TrackingCode = "0000-0000-0000" };
        foreach (var role in Enum.GetValues<Role>().Except([Role.Anonymous]))
        {
            var caller = house.As(
                role,
                role == Role.Rider ? $"{ParkingHouse.Parent}/riders/{house.NewId()}" : house.Agent
            );
            await house.Refused(
                StatusCode.PermissionDenied,
                "PERMISSION_DENIED",
                async () => await house.Rpc.TrackComplaintAsync(request, caller)
            );
        }
    }

    private static async Task Look(ParkingHouse house, string code)
    {
        try
        {
            await house.Track(code);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            // What is measured is how long that took.
        }
    }
}

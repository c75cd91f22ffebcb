using Mobility.Desk;
using Xunit;

namespace Mobility.Tests.Desk;

public sealed class QuietHoursTests
{
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");

    [Theory]
    [InlineData("2026-03-02T20:59:59.999+09:00", "2026-03-02T20:59:59.999+09:00")]
    [InlineData("2026-03-02T21:00:00+09:00", "2026-03-03T08:00:00+09:00")]
    [InlineData("2026-03-02T23:59:59+09:00", "2026-03-03T08:00:00+09:00")]
    [InlineData("2026-03-03T00:00:00+09:00", "2026-03-03T08:00:00+09:00")]
    [InlineData("2026-03-03T07:59:59.999+09:00", "2026-03-03T08:00:00+09:00")]
    [InlineData("2026-03-03T08:00:00+09:00", "2026-03-03T08:00:00+09:00")]
    [InlineData("2026-12-31T22:00:00+09:00", "2027-01-01T08:00:00+09:00")]
    public void What_can_wait_waits_for_the_morning(string now, string notBefore)
    {
        Assert.Equal(Time(notBefore), QuietHours.NotBefore(Time(now), Seoul, canWait: true));
        Assert.Equal(Time(now), QuietHours.NotBefore(Time(now), Seoul, canWait: false));
    }

    [Fact]
    public void The_clients_zone_says_what_is_night()
    {
        var paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
        var night = Time("2026-03-28T22:00:00+01:00");

        // The clocks go forward in that night: eight o'clock comes an hour sooner.
        Assert.Equal(Time("2026-03-29T08:00:00+02:00"), QuietHours.NotBefore(night, paris, canWait: true));
        Assert.Equal(Time("2026-03-29T08:00:00+09:00"), QuietHours.NotBefore(night, Seoul, canWait: true));
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

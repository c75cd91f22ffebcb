using System.Globalization;
using System.Text;
using Mobility.Holidays;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>What a bank or the gateway refuses because it is closed waits until it opens, by the operator's
/// data.</summary>
public sealed class GatewayHoursTests
{
    private static readonly HolidayCalendar Holidays = HolidayCalendar.Shipped;

    /// <summary>Nightly, Sundays until noon, public holidays whole; work at the gateway on a night, in two
    /// steps.</summary>
    private const string Own = """
        {
          "version": "1", "source": "a test", "zone": "Asia/Seoul",
          "bank_closed": [
            { "start": "23:30", "end": "00:30" },
            { "start": "00:00", "end": "12:00", "days": ["SUNDAY"] },
            { "start": "00:00", "end": "24:00", "days": ["HOLIDAY"] }
          ],
          "maintenance": [
            { "from": "2026-12-13T02:00:00+09:00", "to": "2026-12-13T04:00:00+09:00" },
            { "from": "2026-12-12T19:00:00Z", "to": "2026-12-12T20:00:00Z" }
          ]
        }
        """;

    [Theory]
    [InlineData("2026-11-23T23:29:59.999", null)]
    [InlineData("2026-11-23T23:30:00", "2026-11-24T00:30:00")]
    [InlineData("2026-11-24T00:00:00", "2026-11-24T00:30:00")]
    [InlineData("2026-11-24T00:29:59.999", "2026-11-24T00:30:00")]
    [InlineData("2026-11-24T00:30:00", null)]
    [InlineData("2026-12-31T23:59:59.999", "2027-01-01T00:30:00")]
    // A holiday is a night like every other as long as nobody says otherwise.
    [InlineData("2026-09-25T12:00:00", null)]
    public void The_banks_of_the_shipped_file_are_closed_from_half_past_11_for_an_hour(string now, string? opening) =>
        Assert.Equal(Seoul(opening), GatewayHours.Shipped.BanksOpen(Seoul(now)!.Value, Holidays));

    [Theory]
    // Chuseok is Thursday 24 to Saturday 26 September 2026, and Sunday opens at noon.
    [InlineData("2026-09-23T23:29:59.999", null)]
    [InlineData("2026-09-23T23:30:00", "2026-09-27T12:00:00")]
    [InlineData("2026-09-25T12:00:00", "2026-09-27T12:00:00")]
    [InlineData("2026-09-27T12:00:00", null)]
    [InlineData("2026-11-22T00:30:00", "2026-11-22T12:00:00")]
    [InlineData("2026-12-31T23:59:59.999", "2027-01-02T00:30:00")]
    public void Closings_that_run_into_each_other_are_one(string now, string? opening) =>
        Assert.Equal(Seoul(opening), Parse(Own).BanksOpen(Seoul(now)!.Value, Holidays));

    [Theory]
    [InlineData("2026-12-13T01:59:59.999", null)]
    [InlineData("2026-12-13T02:00:00", "2026-12-13T05:00:00")]
    [InlineData("2026-12-13T04:59:59.999", "2026-12-13T05:00:00")]
    [InlineData("2026-12-13T05:00:00", null)]
    public void Announced_work_lasts_from_its_beginning_until_before_its_end(string now, string? end) =>
        Assert.Equal(Seoul(end), Parse(Own).MaintenanceEnd(Seoul(now)!.Value));

    [Fact]
    public void A_file_is_refused_with_everything_that_is_wrong_with_it()
    {
        var error = Assert.Throws<InvalidDataException>(() =>
            Parse(
                """
                {
                  "zone": "Asia/Nowhere",
                  "bank_closed": [
                    { "start": "25:00", "end": "01:00" },
                    { "start": "24:00", "end": "01:00" },
                    { "start": "09:00", "end": "09:00", "days": ["MON"] },
                    { "start": "00:00", "end": "24:00" }
                  ],
                  "maintenance": [
                    { "from": "2026-12-13T02:00:00", "to": "2026-12-13T04:00:00+09:00" },
                    { "from": "2026-12-13T04:00:00Z", "to": "2026-12-13T04:00:00Z" },
                    { "from": "2026-12-13T04:00:00Z", "to": "2027-12-13T04:00:00Z" }
                  ]
                }
                """
            )
        );

        Assert.Equal(
            [
                "version must have 1 to 32 characters",
                "source must have 1 to 1000 characters",
                "zone 'Asia/Nowhere' is no IANA time zone",
                "'25:00' is no time of day such as 23:30",
                "a closing begins before 24:00, so at 00:00 of the day after",
                "a closing from 09:00 to 09:00 has no length",
                "'MON' must be a day from MONDAY to SUNDAY, or HOLIDAY",
                "bank_closed leaves no moment of the week open",
                "'2026-12-13T02:00:00' is no instant such as 2027-01-10T02:00:00+09:00",
                "maintenance from 2026-12-13T04:00:00Z must end after it",
                "maintenance from 2026-12-13T04:00:00Z is longer than 3 days",
            ],
            error.Message.Split("; ")
        );
        Assert.Throws<InvalidDataException>(() => Parse("""{"versoin":"1"}"""));
        Assert.Throws<InvalidDataException>(() => Parse("null"));
    }

    [Fact]
    public async Task A_refund_waits_for_the_end_of_the_maintenance_and_then_for_the_banks_and_costs_two_attempts()
    {
        var file = Path.Combine(TestFolder.New("hours"), "hours.json");
        // The clock stands at 09:00 in Seoul.
        await File.WriteAllTextAsync(
            file,
            """
            {
              "version": "1", "source": "a test", "zone": "Asia/Seoul",
              "bank_closed": [{ "start": "11:50", "end": "12:20" }],
              "maintenance": [{ "from": "2026-03-02T00:00:00Z", "to": "2026-03-02T12:00:00+09:00" }]
            }
            """
        );
        await using var house = await OpenWithHours(file);
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("error", payment.GatewayPaymentKey, code: "NOT_AVAILABLE_BANK");
        var refund = await house.Ask(payment, 3_000);

        await PutOff(GatewayHours.Maintenance, 0, "2026-03-02T12:00:00");
        house.Service.Clock.Advance(TimeSpan.FromHours(3));
        await PutOff("NOT_AVAILABLE_BANK", 1, "2026-03-02T12:20:00");
        house.Service.Clock.Advance(TimeSpan.FromMinutes(20));

        var settled = await house.Until(refund.Name, RefundState.Settled);
        Assert.Equal((2, null), (settled.AttemptCount, settled.NextSendTime));
        Assert.Equal(2_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);

        Task PutOff(string code, int attempts, string until) =>
            house.Until(
                async () =>
                {
                    var now = await house.Get(refund.Name);
                    return now.State == RefundState.Approved
                        && (now.GatewayCode, now.AttemptCount, now.NextSendTime?.ToDateTimeOffset())
                            == (code, attempts, Seoul(until));
                },
                $"it waits for {code}"
            );
    }

    private static GatewayHours Parse(string json) => GatewayHours.Parse(Encoding.UTF8.GetBytes(json));

    private static DateTimeOffset? Seoul(string? local) =>
        local is null
            ? null
            : new DateTimeOffset(DateTime.Parse(local, CultureInfo.InvariantCulture), TimeSpan.FromHours(9));
}

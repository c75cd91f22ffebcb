using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Mobility.Desk;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Refunds.V1;
using Mobility.Type.V1;
using Xunit;

namespace Mobility.Tests.Desk;

public sealed class TellingTests
{
    private const string Complaint = "clients/gangneung-kick/complaints/0195f0a0-0000-7000-8000-000000000001";
    private const string Rider = "clients/gangneung-kick/riders/0195f0a0-0000-7000-8000-000000000002";
    private const string Refund = "clients/gangneung-kick/refunds/0195f0a0-0000-7000-8000-000000000003";

    [Theory]
    [InlineData(Templates.ComplaintReceived, 0, "complaint-received")]
    [InlineData(Templates.ComplaintReceived, 1, "complaint-received")]
    [InlineData(Templates.ComplaintUpheld, 0, "complaint-upheld")]
    [InlineData(Templates.ComplaintUpheld, 1, "complaint-upheld-2")]
    [InlineData(Templates.ComplaintDispatched, 2, "complaint-dispatched-3")]
    [InlineData(Templates.ComplaintResolved, 1, "complaint-resolved")]
    [InlineData(Templates.ComplaintResolved, 2, "complaint-resolved-2")]
    [InlineData(Templates.ComplaintRejected, 1, "complaint-rejected")]
    [InlineData(Templates.ComplaintReopened, 1, "complaint-reopened")]
    [InlineData(Templates.ComplaintReopened, 2, "complaint-reopened-2")]
    public void A_later_round_is_another_kind(string template, int answers, string kind)
    {
        var told = Telling.Of(template, new ComplaintSnapshot { Complaint = Complaint, AnswerCount = answers });

        Assert.Equal((Complaint, Complaint, kind, template), (told.Recipient, told.Subject, told.Kind, told.Template));
    }

    [Fact]
    public void A_message_holds_the_values_of_its_template_and_no_others()
    {
        var snapshot = new ComplaintSnapshot
        {
            Complaint = Complaint,
            Category = "BLOCKS_CROSSING",
            Vehicles = { "a", "b" },
            DueTime = new DateTimeOffset(2026, 3, 2, 1, 30, 0, TimeSpan.Zero).ToTimestamp(),
            DecisionReason = "MOVED",
            Language = "en",
        };

        Assert.Equal(
            """{"category":"BLOCKS_CROSSING","due_time":"2026-03-02T01:30:00Z","vehicle_count":"2"}""",
            Telling.Of(Templates.ComplaintUpheld, snapshot).Values
        );
        var resolved = Telling.Of(Templates.ComplaintResolved, snapshot);
        Assert.Equal(
            ("""{"category":"BLOCKS_CROSSING","decision_reason":"MOVED","vehicle_count":"2"}""", "en"),
            (resolved.Values, resolved.Language)
        );
    }

    [Theory]
    [InlineData("KRW", 2_300, 0, "2300")]
    [InlineData("EUR", 12, 500_000_000, "12.5")]
    [InlineData("EUR", 0, 50_000_000, "0.05")]
    public void Amounts_are_written_exactly(string currency, long units, int nanos, string amount)
    {
        var money = new Money
        {
            CurrencyCode = currency,
            Units = units,
            Nanos = nanos,
        };
        var refund = new RefundSnapshot
        {
            Refund = Refund,
            Customer = Rider,
            Amount = money,
        };

        var told = Assert.Single(Telling.Of(Templates.RefundSettled, refund));

        var values = JsonSerializer.Deserialize<Dictionary<string, string>>(told.Values)!;
        Assert.Equal((amount, currency), (values["amount"], values["currency"]));
    }

    [Theory]
    [InlineData(false, null, true)]
    [InlineData(true, null, false)]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    public void Of_an_end_without_money_hears_who_asked_or_had_it_asked_by_a_report(
        bool bySystem,
        bool? ownReport,
        bool told
    )
    {
        var rider = Guid.Parse(Rider.Split('/')[^1]);
        var refund = new RefundCopy
        {
            ClientId = "gangneung-kick",
            State = RefundState.Denied,
            RiderId = rider,
            BySystem = bySystem,
        };
        var fault = ownReport is { } own ? new FaultCopy { ReporterId = own ? rider : Guid.Empty } : null;

        Assert.Equal(told ? ["refund-denied"] : [], Kinds(refund));
        Assert.Equal(told ? ["refund-expired"] : [], Kinds(refund with { State = RefundState.Expired }));
        Assert.Equal(told ? ["refund-withdrawn"] : [], Kinds(refund with { State = RefundState.Withdrawn }));
        Assert.Equal(told ? ["refund-failed"] : [], Kinds(refund with { State = RefundState.Failed }));
        Assert.Equal(told ? ["refund-returned"] : [], Kinds(refund with { State = RefundState.Returned }));
        Assert.Empty(Kinds(refund with { State = RefundState.Settled }));
        Assert.Empty(Kinds(refund with { RiderId = null }));

        IEnumerable<string> Kinds(RefundCopy of) => Telling.OfEnd(of, fault).Select(one => one.Kind);
    }

    [Fact]
    public void Whoever_has_no_account_is_told_nothing()
    {
        Assert.Empty(Telling.Of(Templates.FaultReceived, new FaultSnapshot()));
        Assert.Empty(Telling.Of(Templates.RefundSettled, new RefundSnapshot()));
    }

    [Fact]
    public void Only_that_money_is_back_may_ring_at_night()
    {
        Assert.Equal(["refund-settled"], Templates.All.Where(template => !template.CanWait).Select(t => t.Key));
        Assert.Equal("ko", Templates.LanguageOf("fr"));
    }
}

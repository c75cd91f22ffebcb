using Mobility.Refunds;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;

namespace Mobility.Tests.Refunds;

/// <summary>What a person reads who is refused: every condition with the figures that it was compared with.</summary>
public sealed class DecisionSentenceTests
{
    private static readonly Dictionary<string, string> Sentences = new(StringComparer.Ordinal)
    {
        ["amount 0"] = "0 KRW is not above 0",
        ["amount below 0"] = "-1 KRW is not above 0",
        ["the ride to end has ended"] = "the operator's record shows that the ride has ended",
        ["the ride to end is unknown"] = "the operator's record of the ride has not arrived",
        ["the vehicle to lock is unknown"] = "the operator's record of the vehicle has not arrived",
        ["above what was captured"] =
            "10,001 KRW is asked for, 10,000 KRW of the payment of 10,000 KRW can still be " + "refunded",
        ["above what is left"] =
            "3,000 KRW is asked for, 2,999 KRW of the payment of 10,000 KRW can still be " + "refunded",
        ["unknown reason"] = "the reason catalogue has no BORED",
        ["carrier bill closed"] =
            "a payment by MOBILE_CARRIER could be refunded until 2026-10-01 00:00 in " + "Asia/Seoul",
        ["no member"] = "the client has no such member",
        ["the requester paid"] = "the one who asks made the payment",
        ["the requester's account"] = "the customer is an account of the one who asks",
        ["suspended member"] = "the member is suspended",
        ["no delegation"] = "the client has delegated nothing that is in force",
        ["suspended"] = "the delegation is suspended",
        ["revoked"] = "the delegation is revoked",
        ["not started"] = "the delegation begins at 2026-09-05 03:00:00Z",
        ["expired"] = "the delegation ended at 2026-11-04 03:00:00Z",
        ["another catalogue"] =
            "the delegation pins the reason catalogue 0:none, this service has " + $"{ReasonCatalogue.Current.Version}",
        ["forbidden"] = "the clause forbids this",
        ["forbidden product"] = "the clause forbids this",
        ["perhaps forbidden product"] =
            "whether the clause forbids this is not known: the operator's record of the ride "
            + "or vehicle has not arrived",
        ["nobody is addressed"] = "no clause permits CARD_REFUND to AGENT",
        ["level"] = "the requester has level 3, the clause asks for 4",
        ["reason"] = "the reason UNLOCK_FAILED is not in the clause",
        ["product"] = "the product scooter is not in the clause",
        ["product unknown"] = "the operator's record of the ride or vehicle has not arrived",
        ["instrument"] = "the payment was made by CARD, which is not in the clause",
        ["below the clause"] =
            "with this the refunds of the payment come to 3,000 KRW, the clause begins at " + "3,001 KRW",
        ["above the clause"] =
            "with this the refunds of the payment come to 3,000 KRW, the clause ends at 2,999 KRW: 2,999 KRW is left",
        ["the customer above the clause"] =
            "with this the refunds of the customer come to 3,001 KRW, the clause ends at 3,000 KRW: 2,999 KRW is left",
        ["the case above the clause"] =
            "with this the refunds of the case come to 3,001 KRW, the clause ends at 3,000 KRW: 2,999 KRW is left",
        ["share"] = "with this the refunds of the payment come to 3,000 KRW, the clause allows 29.99 % of 10,000 KRW",
        ["ride too old"] = "the ride began 2 h ago, the clause allows 1 h",
        ["ride age unknown"] = "the operator's record of the ride has not arrived",
        ["before the window"] = "it is Mon 12:00 in Asia/Seoul, the clause holds on days 1 12:01-24:00",
        ["at the end of the window"] = "it is Mon 12:00 in Asia/Seoul, the clause holds on days 1 00:00-12:00",
        ["approval"] = "has to be agreed to by lead",
        ["never"] = "the clause says that this is never allowed",
        ["no record for the reason"] = "the operator's record of the ride has not arrived",
        ["no record for the clause"] = "the operator's record of the ride has not arrived",
        ["the ride still runs"] = "the operator's record shows that the lock opened and that the ride has not ended",
        ["the ride ran"] = "the operator's record shows that the lock opened and that the vehicle moved 1 m",
        ["no report"] = "no fault report names the ride",
        ["no confirmation"] = "nobody has confirmed a fault that names the ride",
        ["beyond a budget that escalates"] =
            "2,999 KRW is left, and what is beyond has to be agreed to by lead, then client_officer",
        ["budget amount"] = "3,000 KRW is asked for, 2,999 KRW of 100,000 KRW is left",
        ["budget count"] = "20 of 20 refunds are used",
        ["budget never read"] = "what is left for each DELEGATION is not known",
        ["vehicle unknown"] = "what is left for each VEHICLE is not known",
        ["no case named"] = "what is left for each CASE is not known",
        ["case unheard of"] = "nothing has been heard of the case yet",
        ["case about another"] = "the case is about another payment and vehicle",
    };

    [Fact]
    public void Every_condition_that_fails_says_its_sentence()
    {
        Assert.Equal(
            SingleFailure.All.Keys.Order(StringComparer.Ordinal),
            Sentences.Keys.Order(StringComparer.Ordinal)
        );
        foreach (var (name, (_, _, policy, facts)) in SingleFailure.All)
        {
            Assert.Equal(Sentences[name], Assert.Single(Decide(policy, facts).Failed).Message);
        }
    }
}

using Grpc.Core;
using Mobility.Refunds.V1;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>Persons of the house with phone numbers and rider accounts of their own.</summary>
internal sealed partial class RefundsHouse
{
    /// <summary>Enrols the person anew in the role, with that identity.</summary>
    public async Task<Member> Identify(
        string person,
        MemberRole role,
        string phone = "",
        IEnumerable<string>? accounts = null
    )
    {
        var request = Enrolment(person, role, role == MemberRole.ClientOfficer ? "" : Vendor);
        request.Member.Identity = new MemberIdentity { Phone = phone, RiderAccounts = { accounts ?? [] } };
        return await Rpc.EnrolMemberAsync(request, AsOperator);
    }

    /// <summary>A payment that was made with that phone number.</summary>
    public async Task<Payment> PayBy(string phone, long won = 5_000)
    {
        var request = Recording(won);
        request.Payment.PayerPhone = phone;
        await Gateway.Capture(request.Payment.GatewayPaymentKey, won);
        return await Rpc.RecordPaymentAsync(request, AsOperator);
    }

    public async Task<RefundQuote> Quote(CreateRefundRequest asking, Metadata caller) =>
        await Rpc.QuoteRefundAsync(new() { Parent = Parent, Refund = asking.Refund }, caller);

    /// <summary>Codes of what failed.</summary>
    public static IEnumerable<string> Failed(Refund refund) => Failed(refund.Decision);

    public static IEnumerable<string> Failed(Decision decision) =>
        decision.FailedConditions.Select(failed => failed.Code);
}

using Grpc.Core;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Hands each RPC to its slice.</summary>
public sealed class RefundsRpc(PersonKey key, AdmissionQueue queue) : RefundsService.RefundsServiceBase
{
    public override Task<Member> EnrolMember(EnrolMemberRequest request, ServerCallContext context) =>
        Refunds.EnrolMember.Handle(request, Call.Of(context), key);

    public override Task<V1.Payment> RecordPayment(RecordPaymentRequest request, ServerCallContext context) =>
        Refunds.RecordPayment.Handle(request, Call.Of(context), key);

    public override Task<V1.Delegation> CreateDelegation(CreateDelegationRequest request, ServerCallContext context) =>
        Refunds.CreateDelegation.Handle(request, Call.Of(context));

    public override Task<V1.Delegation> GetDelegation(GetDelegationRequest request, ServerCallContext context) =>
        Refunds.GetDelegation.Handle(request, Call.Of(context));

    public override Task<ListDelegationsResponse> ListDelegations(
        ListDelegationsRequest request,
        ServerCallContext context
    ) => Refunds.ListDelegations.Handle(request, Call.Of(context));

    public override Task<V1.Delegation> RevokeDelegation(RevokeDelegationRequest request, ServerCallContext context) =>
        Refunds.RevokeDelegation.Handle(request, Call.Of(context));

    public override Task<V1.Delegation> SuspendDelegation(
        SuspendDelegationRequest request,
        ServerCallContext context
    ) => Refunds.SuspendDelegation.Handle(request, Call.Of(context));

    public override Task<V1.Delegation> ResumeDelegation(ResumeDelegationRequest request, ServerCallContext context) =>
        Refunds.ResumeDelegation.Handle(request, Call.Of(context));

    public override Task<V1.Delegation> NarrowDelegation(NarrowDelegationRequest request, ServerCallContext context) =>
        Refunds.NarrowDelegation.Handle(request, Call.Of(context));

    public override Task<RefundQuote> QuoteRefund(QuoteRefundRequest request, ServerCallContext context) =>
        Refunds.QuoteRefund.Handle(request, Call.Of(context));

    public override Task<V1.Refund> CreateRefund(CreateRefundRequest request, ServerCallContext context) =>
        Refunds.CreateRefund.Handle(request, Call.Of(context), queue);

    public override Task<V1.Refund> GetRefund(GetRefundRequest request, ServerCallContext context) =>
        Refunds.GetRefund.Handle(request, Call.Of(context));

    public override Task<ListRefundsResponse> ListRefunds(ListRefundsRequest request, ServerCallContext context) =>
        Refunds.ListRefunds.Handle(request, Call.Of(context));

    public override Task<V1.Refund> ApproveRefund(ApproveRefundRequest request, ServerCallContext context) =>
        Refunds.ApproveRefund.Handle(request, Call.Of(context));

    public override Task<V1.Refund> DeclineRefund(DeclineRefundRequest request, ServerCallContext context) =>
        Refunds.DeclineRefund.Handle(request, Call.Of(context));

    public override Task<V1.Refund> ResolveRefund(ResolveRefundRequest request, ServerCallContext context) =>
        Refunds.ResolveRefund.Handle(request, Call.Of(context));

    public override Task<V1.Refund> WithdrawRefund(WithdrawRefundRequest request, ServerCallContext context) =>
        Refunds.WithdrawRefund.Handle(request, Call.Of(context));

    public override Task<ListRefundPairsResponse> ListRefundPairs(
        ListRefundPairsRequest request,
        ServerCallContext context
    ) => Refunds.ListRefundPairs.Handle(request, Call.Of(context));

    public override Task<ListPaymentsResponse> ListPayments(ListPaymentsRequest request, ServerCallContext context) =>
        Refunds.ListPayments.Handle(request, Call.Of(context));

    public override Task<RereadPaymentResponse> RereadPayment(
        RereadPaymentRequest request,
        ServerCallContext context
    ) => Refunds.RereadPayment.Handle(request, Call.Of(context));
}

using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Takes a hint and no word of it: what happened is asked of the gateway itself.</summary>
public static class RereadPayment
{
    /// <summary>The one gateway there is.</summary>
    private const string Toss = "toss";

    private static readonly RereadPaymentResponse Nothing = new();

    public static async Task<RereadPaymentResponse> Handle(RereadPaymentRequest request, Call call)
    {
        var check = new Check(call);
        check.That(request.Gateway is Toss, "gateway", "must be toss");
        var key = RecordPayment.GatewayKey(check, request.GatewayPaymentKey, "gateway_payment_key");
        check.Done();
        return await call.Read(
            Db.AllClients,
            async tx =>
            {
                if (await PaymentCheckTable.Want(tx, key) > 0)
                {
                    tx.Wake(ReconcilePayments.Job);
                }
                if (await RereadTable.Want(tx, key) > 0)
                {
                    tx.Wake(SettleRefunds.Job);
                }
                return Nothing;
            }
        );
    }
}

using Grpc.Core;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Records a captured payment; the ride may be refunded at once if its record and a fault report are
/// here.</summary>
public static class RecordPayment
{
    private const long AmountMax = 10_000_000;
    private const int KeyMin = 6;
    private const int KeyMax = 200;

    public static Task<V1.Payment> Handle(RecordPaymentRequest request, Call call, PersonKey key)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.That(request.Payment is not null, "payment", "must be set");
        var payment = request.Payment ?? new V1.Payment();
        check.That(payment.Ride.Length > 0, "payment.ride", "must be set");
        check.That(payment.Customer.Length > 0, "payment.customer", "must be set");
        var row = new PaymentRow
        {
            PaymentId = call.NewId(),
            RideId = check.NameOf(client, payment.Ride, "payment.ride", "rides")?.Id ?? Guid.Empty,
            CustomerId = check.NameOf(client, payment.Customer, "payment.customer", "riders")?.Id ?? Guid.Empty,
            Amount = check.Money(payment.Amount, "payment.amount", client, 1, AmountMax).Minor,
            Settled = 0,
            Cancelled = 0,
            Held = 0,
            Instrument = check.Known(payment.Instrument, "payment.instrument"),
            PayerHash = key.HashOf(check, client, payment.PayerPhone, "payment.payer_phone"),
            GatewayPaymentKey = GatewayKey(check, payment.GatewayPaymentKey, "payment.gateway_payment_key"),
            ApproveTime = check.PastTime(payment.ApproveTime, "payment.approve_time", required: true) ?? default,
            CreateTime = call.Now,
            Revision = 1,
        };
        check.RequestId(request.RequestId);
        check.Done();
        // What is stored to know a repeat again must not tell the number either: any hash without a key would.
        var told = request.Clone();
        told.Payment.PayerPhone = row.PayerHash;
        return call.Once(client.Id, request.RequestId, told, tx => Record(tx, client, row));
    }

    /// <summary>A gateway's key of a payment.</summary>
    internal static string GatewayKey(Check check, string text, string field)
    {
        check.That(
            text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'),
            field,
            "must hold letters, digits, '_' and '-' only: it becomes a part of the gateway's address"
        );
        return check.Text(text, field, KeyMin, KeyMax);
    }

    private static async Task<V1.Payment> Record(Tx tx, ClientProfile client, PaymentRow row)
    {
        await AutomaticRefund.Enter(tx, row.RideId);
        if (await PaymentTable.TryInsert(tx, row))
        {
            await AutomaticRefund.Try(tx, row.RideId);
            return PaymentWire.Of(client, (await PaymentTable.Get(tx, row.PaymentId))!);
        }
        // Null when another client has it, of whom nothing is told.
        var known = await PaymentTable.OfGatewayKey(tx, row.GatewayPaymentKey);
        return known is not null && SameFacts(known, row)
            ? PaymentWire.Of(client, known)
            : throw new Refusal(
                StatusCode.AlreadyExists,
                Errors.PaymentExists,
                "The gateway payment key is recorded with other facts.",
                ("payment", known is null ? "" : new ResourceName(client.Id, "payments", known.PaymentId).ToString())
            );
    }

    private static bool SameFacts(PaymentRow known, PaymentRow row) =>
        (known.RideId, known.CustomerId, known.Amount, known.Instrument, known.PayerHash, known.ApproveTime)
        == (row.RideId, row.CustomerId, row.Amount, row.Instrument, row.PayerHash, row.ApproveTime);
}

using Google.Protobuf.WellKnownTypes;
using Mobility.Platform;
using Mobility.Platform.Rpc;

namespace Mobility.Refunds;

/// <summary>A payment as the protos write it.</summary>
public static class PaymentWire
{
    public static V1.Payment Of(ClientProfile client, PaymentRow row) =>
        new()
        {
            Name = new ResourceName(client.Id, "payments", row.PaymentId).ToString(),
            Ride = new ResourceName(client.Id, "rides", row.RideId).ToString(),
            Customer = new ResourceName(client.Id, "riders", row.CustomerId).ToString(),
            Amount = new Money(row.Amount, client.Currency).ToWire(),
            Instrument = row.Instrument,
            GatewayPaymentKey = row.GatewayPaymentKey,
            ApproveTime = row.ApproveTime.ToTimestamp(),
            RefundableAmount = new Money(row.Refundable, client.Currency).ToWire(),
            ExternalAmount = new Money(row.External, client.Currency).ToWire(),
            CreateTime = row.CreateTime.ToTimestamp(),
            Revision = row.Revision,
            Etag = $"\"{row.Revision}\"",
        };
}

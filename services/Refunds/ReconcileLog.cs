namespace Mobility.Refunds;

/// <summary>What the comparison with the gateway logs: ids and codes.</summary>
internal static partial class ReconcileLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "the gateway's list of transactions could not be read")]
    public static partial void GatewayListUnread(this ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "payment {PaymentId} of {ClientId} is unexplained: {Finding}")]
    public static partial void PaymentUnexplained(this ILogger log, string clientId, Guid paymentId, string finding);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "payment {PaymentId} of {ClientId} could not be compared: the gateway gives no answer about it"
    )]
    public static partial void PaymentUncompared(this ILogger log, string clientId, Guid paymentId);
}

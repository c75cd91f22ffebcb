using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Reads names in events.</summary>
internal static class EventNames
{
    /// <summary>The id of a name that has to be there and to be of the event's client.</summary>
    /// <exception cref="Refusal">EVENT_INVALID: it will never be right.</exception>
    public static Guid IdOf(Tx tx, string text, string collection) =>
        ResourceName.TryParse(text, collection, out var name)
        && string.Equals(name.ClientId, tx.ClientId, StringComparison.Ordinal)
            ? name.Id
            : throw Invalid($"The event names none of clients/{tx.ClientId}/{collection}.");

    /// <summary>EVENT_INVALID: the event can never be applied as it is.</summary>
    public static Refusal Invalid(string message) => new(StatusCode.InvalidArgument, Errors.EventInvalid, message);
}

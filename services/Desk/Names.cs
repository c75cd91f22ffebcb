using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>The collections that this service speaks of, and names in events.</summary>
public static class Names
{
    public const string Cases = "cases";
    public const string Contacts = "contacts";
    public const string Messages = "messages";
    public const string Faults = "faults";
    public const string Complaints = "complaints";
    public const string Episodes = "episodes";
    public const string Refunds = "refunds";
    public const string Rides = "rides";
    public const string Riders = "riders";
    public const string Vehicles = "vehicles";
    public const string Payments = "payments";
    public const string Members = "members";

    /// <summary>Who acts when no person does.</summary>
    public const string System = "system";

    public static string Of(string client, string collection, Guid? id) =>
        id is { } known ? new ResourceName(client, collection, known).ToString() : "";

    /// <summary>The id of people/{uuid}; null for anybody else.</summary>
    public static Guid? PersonId(string subject) =>
        ResourceName.TryParseTop(subject, "people", out var person) ? person : null;

    public static string Person(Guid? id) => id is { } known ? $"people/{known}" : "";

    /// <summary>The id of a name in an event; null when empty.</summary>
    /// <exception cref="Refusal">The name is malformed or of another client than the event: it will never be
    /// right.</exception>
    public static Guid? IdIn(Tx tx, string name, string collection)
    {
        if (name.Length == 0)
        {
            return null;
        }

        return
            ResourceName.TryParse(name, collection, out var parsed)
            && string.Equals(parsed.ClientId, tx.ClientId, StringComparison.Ordinal)
            ? parsed.Id
            : throw Invalid($"A name in the event is not one of clients/{tx.ClientId}/{collection}.");
    }

    /// <summary>As <see cref="IdIn"/>, for a name that has to be there.</summary>
    public static Guid RequiredIdIn(Tx tx, string name, string collection) =>
        IdIn(tx, name, collection) ?? throw Invalid($"The event names none of {collection}.");

    /// <summary>An event that can never be applied: it is parked.</summary>
    public static Refusal Invalid(string message) => new(StatusCode.InvalidArgument, Errors.EventInvalid, message);
}

using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>Names of the resources that this service knows; empty for what is not there.</summary>
internal static class Names
{
    public const string Vehicles = "vehicles";
    public const string Rides = "rides";
    public const string Riders = "riders";
    public const string Faults = "faults";

    public static string Vehicle(string client, Guid? id) => Of(client, Vehicles, id);

    public static string Ride(string client, Guid? id) => Of(client, Rides, id);

    public static string Rider(string client, Guid? id) => Of(client, Riders, id);

    public static string Fault(string client, Guid? id) => Of(client, Faults, id);

    private static string Of(string client, string collection, Guid? id) =>
        id is { } known ? new ResourceName(client, collection, known).ToString() : "";
}

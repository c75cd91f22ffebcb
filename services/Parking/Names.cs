using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Names of the resources that this service knows; empty for what is not there.</summary>
internal static class Names
{
    public const string Complaints = "complaints";
    public const string Episodes = "episodes";
    public const string Messages = "messages";
    public const string Photos = "photos";
    public const string Removals = "removals";
    public const string Rides = "rides";
    public const string Vehicles = "vehicles";
    public const string Zones = "zones";

    public static string Of(string client, string collection, Guid? id) =>
        id is { } known ? new ResourceName(client, collection, known).ToString() : "";
}

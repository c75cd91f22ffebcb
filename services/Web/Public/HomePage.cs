using Mobility.Platform;

namespace Mobility.Web.Public;

/// <summary>The door: who comes without a code on a vehicle chooses here.</summary>
public static class HomePage
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/", (ClientCatalogue clients) => View.Of<Home>(("Clients", clients.All)))
            .ExcludeFromDescription();
}

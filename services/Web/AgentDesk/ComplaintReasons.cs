namespace Mobility.Web.AgentDesk;

/// <summary>Codes of the catalogue of Parking that an agent chooses from; the words stand in the text files.</summary>
public static class ComplaintReasons
{
    public static readonly IReadOnlyList<string> Reject =
    [
        "parked-properly",
        "not-found",
        "not-our-vehicle",
        "in-use",
        "too-little-known",
        "not-a-parking-matter",
    ];

    public static readonly IReadOnlyList<string> Resolve = ["removed", "moved-aside", "parked-in-zone", "gone-already"];
}

using System.Globalization;
using System.Text;

namespace Mobility.Tests.Parking;

/// <summary>A vehicle in a made feed of GBFS 3.0.</summary>
internal sealed record FeedVehicle(string Code, double Latitude, double Longitude, DateTimeOffset? Reported = null)
{
    /// <summary>A feed of that time.</summary>
    public static string Feed(DateTimeOffset time, params FeedVehicle[] vehicles)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $$"""{"last_updated":"{{time:O}}","ttl":60,"version":"3.0","data":{"vehicles":["""
        );
        for (var n = 0; n < vehicles.Length; n++)
        {
            var v = vehicles[n];
            var comma = n == 0 ? "" : ",";
            var own = v.Reported is { } reported ? $$""","last_reported":"{{reported:O}}" """ : "";
            text.Append(
                CultureInfo.InvariantCulture,
                $$"""{{comma}}{"vehicle_id":"{{v.Code}}","lat":{{v.Latitude:R}},"lon":{{v.Longitude:R}}{{own}}}"""
            );
        }
        return text.Append("]}}").ToString();
    }
}

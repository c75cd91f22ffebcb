using Mobility.Parking.V1;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>What applies at a place.</summary>
/// <param name="City">City of the ordinance; empty where none is known.</param>
/// <param name="OrdinanceVersion">"{version}:{sha256}" of the ordinance data.</param>
/// <param name="Code">Code of the rule; empty where there is none.</param>
/// <param name="GraceMinutes">Minutes of service hours that the operator has.</param>
/// <param name="FeeMinor">What the city charges for a removal; null for nothing.</param>
/// <param name="Currency">Currency of the fee.</param>
/// <param name="ZoneId">Zone that decided; null when none did.</param>
/// <param name="Parking">What that zone says of ending a ride.</param>
/// <param name="Dong">Name of the area; empty at sea.</param>
/// <param name="DongCode">Its code at the time of the incident.</param>
/// <param name="DueTime">Until when a vehicle reported now must be gone, exclusive; null where no ordinance is
/// known.</param>
public sealed record RuleAtPlace(
    string City,
    string OrdinanceVersion,
    string Code,
    int GraceMinutes,
    long? FeeMinor,
    string Currency,
    Guid? ZoneId,
    ZoneParking Parking,
    string Dong,
    string DongCode,
    DateTimeOffset? DueTime
)
{
    /// <summary>The wire form; without the zone's name for who may not see it.</summary>
    public ParkingRule ToWire(string clientId, bool withZone = true) =>
        new()
        {
            City = City,
            OrdinanceVersion = OrdinanceVersion,
            Code = Code,
            GraceMinutes = GraceMinutes,
            Fee = FeeMinor is { } fee ? new Money(fee, Currency).ToWire() : null,
            Zone = withZone && ZoneId is { } id ? new ResourceName(clientId, "zones", id).ToString() : "",
            Parking = Parking,
            Dong = Dong,
            DongCode = DongCode,
        };
}

/// <summary>The rules of places: ordinance of the city, zones of the client, administrative area.</summary>
public static class Places
{
    /// <summary>What applies at the point: the ordinance in force at the incident, its clock running from the
    /// transaction's time, when the complaint is filed.</summary>
    /// <param name="tx">The client's transaction.</param>
    /// <param name="client">The client.</param>
    /// <param name="latitude">The point.</param>
    /// <param name="longitude">The point.</param>
    /// <param name="category">Code of the complaint category; empty, or one that no rule names, gets the general
    /// rule.</param>
    /// <param name="time">Time of the incident.</param>
    public static async Task<RuleAtPlace> RuleAt(
        Tx tx,
        ClientProfile client,
        double latitude,
        double longitude,
        string category,
        DateTimeOffset time
    )
    {
        var zones = await ZoneIndexes.Of(tx);
        var decision = zones.DecisionAt(latitude, longitude, time);
        var area = Boundaries.Current.At(latitude, longitude, time);
        var city = Ordinances.Current.CityOf(area?.Code ?? "", latitude, longitude);
        var none = new RuleAtPlace(
            city?.City ?? "",
            "",
            "",
            0,
            null,
            client.Currency,
            decision.ZoneId,
            decision.Parking,
            area?.Dong ?? "",
            area?.Code ?? "",
            null
        );
        if (city?.At(time) is not { } version)
        {
            return none;
        }
        var rule = version.RuleFor(category);
        var closedOn = version.ClosedOnHolidays ? tx.Holidays.Current : null;
        var clock = new ServiceHours(version.ServiceHours, closedOn, city.Zone);
        return none with
        {
            OrdinanceVersion = $"{version.Version}:{Ordinances.Current.Sha256}",
            Code = rule.Code,
            GraceMinutes = rule.GraceMinutes,
            FeeMinor = rule.FeeMinor == 0 ? null : rule.FeeMinor,
            Currency = city.Currency,
            DueTime = clock.DueTime(tx.Now, rule.GraceMinutes),
        };
    }
}

using Mobility.Parking.V1;

namespace Mobility.Parking;

/// <summary>Hands each call to the file that bears its name.</summary>
public sealed class ParkingRpc : ParkingService.ParkingServiceBase { }

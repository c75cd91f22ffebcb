using Mobility.Parking;
using Mobility.Platform;

return await ServiceHost.Run(new ParkingApp(), args);

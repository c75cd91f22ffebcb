using Mobility.Faults;
using Mobility.Platform;

return await ServiceHost.Run(new FaultsApp(), args);

using Mobility.Desk;
using Mobility.Platform;

return await ServiceHost.Run(new DeskApp(), args);

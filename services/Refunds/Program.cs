using Mobility.Platform;

return await ServiceHost.Run(new Mobility.Refunds.RefundsApp(), args);

using Mobility.Platform;
using Mobility.Web;

return await ServiceHost.Run(new WebApp(), args);

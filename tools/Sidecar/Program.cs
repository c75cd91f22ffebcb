return await Mobility.Sidecar.SidecarHost.Run(args);

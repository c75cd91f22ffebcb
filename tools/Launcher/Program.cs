using Mobility.Launcher;

return await Verbs.Run(args);

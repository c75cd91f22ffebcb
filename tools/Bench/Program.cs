using Mobility.Bench;

return await BenchRun.Start(args, Console.Out, Console.Error);

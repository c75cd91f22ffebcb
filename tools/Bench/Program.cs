using Mobility.Bench;

if (args is [PeerHost.Verb])
{
    await PeerHost.Serve();
    return 0;
}
return await BenchRun.Start(args, Console.Out, Console.Error);

using Mobility.Sidecar;

namespace Mobility.Tests.Platform;

/// <summary>An application, a resources folder and a sidecar between them, ready for deliveries.</summary>
public sealed class SidecarRig : IAsyncDisposable
{
    private readonly SidecarYaml yaml;

    private SidecarRig(SidecarYaml yaml, ScriptedApp app, TestSidecar sidecar)
    {
        this.yaml = yaml;
        App = app;
        Sidecar = sidecar;
    }

    public ScriptedApp App { get; }

    public TestSidecar Sidecar { get; }

    /// <summary>The sidecar of <see cref="StartProcess"/>, which can be told to end.</summary>
    public SidecarProcess Process => (SidecarProcess)Sidecar;

    /// <summary>Starts all three.</summary>
    public static Task<SidecarRig> Start(params string[] documents) => StartWith([], documents);

    /// <summary>Starts all three with further flags.</summary>
    public static Task<SidecarRig> StartWith(string[] flags, params string[] documents) =>
        Start(documents, async (folder, port) => await TestSidecar.Start(folder, port, flags));

    /// <summary>Starts all three, the sidecar as a process, with further flags and settings.</summary>
    public static Task<SidecarRig> StartProcess(string[] flags, SidecarSettings? settings, params string[] documents) =>
        Start(documents, async (folder, port) => await SidecarProcess.Start(folder, port, flags, settings));

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Sidecar.DisposeAsync();
        }
        finally
        {
            await App.DisposeAsync();
            yaml.Dispose();
        }
    }

    private static async Task<SidecarRig> Start(string[] documents, Func<string, int, Task<TestSidecar>> start)
    {
        SidecarYaml yaml = SidecarYaml.Of(documents);
        ScriptedApp app = await ScriptedApp.Start();
        TestSidecar sidecar = await start(yaml.Folder, app.Port);
        await sidecar.WaitFor("/v1.0/healthz");
        return new SidecarRig(yaml, app, sidecar);
    }
}

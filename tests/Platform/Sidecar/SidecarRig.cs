namespace Mobility.Tests.Platform;

/// <summary>An application, a resources folder and a sidecar between them, ready for deliveries.</summary>
public sealed class SidecarRig : IAsyncDisposable
{
    private readonly SidecarYaml yaml;

    private SidecarRig(SidecarYaml yaml, ScriptedApp app, SidecarProcess sidecar)
    {
        this.yaml = yaml;
        App = app;
        Sidecar = sidecar;
    }

    public ScriptedApp App { get; }

    public SidecarProcess Sidecar { get; }

    /// <summary>Starts all three.</summary>
    public static Task<SidecarRig> Start(params string[] documents) => StartWith([], null, documents);

    /// <summary>Starts all three with further flags and environment.</summary>
    public static async Task<SidecarRig> StartWith(
        string[] flags,
        IReadOnlyDictionary<string, string>? environment,
        params string[] documents
    )
    {
        SidecarYaml yaml = SidecarYaml.Of(documents);
        ScriptedApp app = await ScriptedApp.Start();
        SidecarProcess sidecar = await SidecarProcess.Start(yaml.Folder, app.Port, flags, environment);
        await sidecar.WaitFor("/v1.0/healthz");
        return new SidecarRig(yaml, app, sidecar);
    }

    public async ValueTask DisposeAsync()
    {
        await Sidecar.DisposeAsync();
        await App.DisposeAsync();
        yaml.Dispose();
    }
}

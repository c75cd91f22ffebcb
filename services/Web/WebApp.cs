using Mobility.Platform;

namespace Mobility.Web;

/// <summary>All that this service shows: pages for people and their twins for programs.</summary>
public sealed class WebApp : ServiceApp
{
    public override string Name => "web";

    public override void Define(AppPage page) { }
}

using Mobility.Launcher;
using Mobility.Platform;
using Mobility.Tests.Tidy;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>What the launcher says of the services without loading them is what their pages say.</summary>
public sealed class StackOptionsTests
{
    [Fact]
    public void The_launcher_knows_every_service_and_its_extensions()
    {
        var apps = Services.Folders.Select(Services.App).ToList();
        Assert.Equal(apps.Select(app => app.Name).Order(), StackOptions.DatabaseNames.Order());
        Assert.All(apps, app => Assert.Equal(app.DatabaseExtensions, StackOptions.ExtensionsOf(app.Name)));
        Assert.Equal(
            Services.Behind.Select(name => Services.App(name).Name).Order(),
            StackOptions.ServiceNames.Order()
        );
        Assert.True(AppPage.Of(Services.App("Web")).IsFace);
    }
}

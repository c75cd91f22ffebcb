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

    [Fact]
    public void The_launcher_knows_who_hears_whom()
    {
        var yaml = File.ReadAllText(Checkout.At("dapr-components/subscriptions.yaml"));
        var declared =
            from subscription in Topology.Subscriptions(yaml)
            where StackOptions.ServiceNames.Contains(subscription.Topic)
            from app in subscription.Apps
            select $"{app} hears {subscription.Topic}";
        var known = from pair in StackOptions.Hears from source in pair.Value select $"{pair.Key} hears {source}";
        Assert.Equal(declared.Order(), known.Order());
    }
}

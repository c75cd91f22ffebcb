using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>Faults on demand.</summary>
public class SidecarTestFaultTests
{
    /// <summary>The component; classes derived from this one run the same facts on another broker.</summary>
    protected virtual string PubSub() => SidecarYaml.PubSub();

    [Fact]
    public async Task Twice_delivers_every_accepted_message_a_second_time()
    {
        string[] ids = await Deliver("twice", count: 3, arrivals: 6);
        Assert.Equal(["0", "0", "1", "1", "2", "2"], ids);
    }

    [Fact]
    public async Task Reorder_changes_the_order_within_four_places_and_loses_nothing()
    {
        string[] ids = await Deliver("reorder,delay", count: 20, arrivals: 20);
        string[] sent = [.. Enumerable.Range(0, 20).Select(i => $"{i}")];
        Assert.Equal(sent.Order(StringComparer.Ordinal), ids.Order(StringComparer.Ordinal));
        Assert.NotEqual(sent, ids);
        Assert.All(
            ids,
            (id, place) =>
                Assert.InRange(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture) - place, -4, 4)
        );
    }

    [Fact]
    public async Task Drop_loses_some_messages_and_names_each_in_the_log()
    {
        if (SidecarProcess.IsDaprd)
            return;
        await using SidecarRig rig = await Start("drop");
        for (int i = 0; i < 60; i++)
            await rig.Sidecar.SendId("orders", $"{i}");
        // Later messages may be lost as well, so the marker is sent until one copy of it arrives.
        int arrived = 0;
        for (string id = ""; id != "marker"; arrived++)
        {
            if (rig.App.Waiting("/orders") == 0)
                await rig.Sidecar.SendId("orders", "marker");
            id = (await rig.App.Next("/orders")).Id;
        }
        int lost = rig.Sidecar.LogLines.Count(line => line.Contains("lost on purpose", StringComparison.Ordinal));
        Assert.InRange(arrived, 40, 60);
        Assert.True(lost >= 60 - (arrived - 1));
    }

    private async Task<string[]> Deliver(string faults, int count, int arrivals)
    {
        if (SidecarProcess.IsDaprd)
            Assert.Fail("--test-deliver is a flag of the local sidecar: leave this class out for a daprd.");
        await using SidecarRig rig = await Start(faults);
        for (int i = 0; i < count; i++)
            await rig.Sidecar.SendId("orders", $"{i}");
        var ids = new List<string>();
        while (ids.Count < arrivals)
            ids.Add((await rig.App.Next("/orders")).Id);
        return [.. ids];
    }

    private Task<SidecarRig> Start(string faults) =>
        SidecarRig.StartWith(["--test-deliver", faults, "--test-seed", "7"], PubSub(), SidecarYaml.Subscribe("orders"));
}

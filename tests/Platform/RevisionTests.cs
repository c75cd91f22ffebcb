using System.Globalization;
using Google.Protobuf;
using Mobility.Faults.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Events;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>Revisions of a publisher that went back to a backup: a subscriber ignores what is not above its
/// copy.</summary>
public sealed class RevisionTests
{
    [Fact]
    public async Task A_new_life_tells_of_revisions_above_all_that_its_former_lives_told_of()
    {
        await using var sidecar = await FakeSidecar.Start();
        var app = new ThingApp();
        var database = await TestService.NewDatabase(app);
        await using (var service = await TestService.Start(app, sidecar: sidecar.Endpoint, database: database))
        {
            await Publish(service, ThingApp.Changed(5));
            await sidecar.Await(1);
        }
        await Renew(app, database);
        long first;
        await using (var service = await TestService.Start(app, sidecar: sidecar.Endpoint, database: database))
        {
            // What waits in the outbox is the same event as before, so it says the same.
            await sidecar.Await(1);
            Assert.Equal([5, 5], Revisions(sidecar));
            await Publish(service, ThingApp.Changed(4));
            await Publish(service, new FaultReported { Fault = new FaultSnapshot { Revision = 1 } });
            await sidecar.Await(2);
            first = Revisions(sidecar)[^1];
            Assert.All(Revisions(sidecar).Skip(2), told => Assert.True(told > 5, $"{told}"));
            // The same backup a second time: it knows nothing of the life between.
            await service.Rows<string>("""UPDATE incarnation SET revision_base = 0""");
        }
        await Renew(app, database);
        await using var again = await TestService.Start(app, sidecar: sidecar.Endpoint, database: database);
        await sidecar.Await(3);
        await Publish(again, ThingApp.Changed(2));
        await sidecar.Await(1);
        Assert.True(Revisions(sidecar)[^1] > first);
    }

    private static async Task Renew(ThingApp app, string database)
    {
        await using var beside = new Db(database, app.Name, TimeProvider.System);
        await Snapshots.RenewIncarnation(beside, CancellationToken.None);
    }

    private static Task Publish(TestService service, IMessage evt) =>
        service.Db.InTransaction(
            TestIssuer.Client,
            tx =>
            {
                tx.Publish(evt, ThingApp.Thing);
                return Task.FromResult(true);
            },
            CancellationToken.None
        );

    private static List<long> Revisions(FakeSidecar sidecar) =>
        [
            .. sidecar.Published.Select(e =>
                long.Parse(
                    (string)(e["data"]!["revision"] ?? e["data"]!["fault"]!["revision"])!,
                    CultureInfo.InvariantCulture
                )
            ),
        ];
}

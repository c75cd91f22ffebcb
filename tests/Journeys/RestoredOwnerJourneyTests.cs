using Mobility.Faults.V1;
using Mobility.Launcher;
using Mobility.Platform;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>Owners and a subscriber from a backup beside others that went on: what was sent meanwhile is healed by
/// asking, what is changed from then on arrives, and what was paid meanwhile is not paid again.</summary>
[Collection(JourneyCollection.Name)]
public sealed class RestoredOwnerJourneyTests : IDisposable
{
    private const string Client = "gangneung-kick";
    private const string Parent = $"clients/{Client}";
    private const string Code = "BACK-0001";
    private static readonly Guid Person = new("019a0000-0000-7000-8000-0000000000c7");
    private static readonly Token Operator = Token.Person(
        "operator",
        new("019a0000-0000-7000-8000-0000000000c8"),
        Client
    );
    private static readonly Token Technician = Token.Person(
        "technician",
        new("019a0000-0000-7000-8000-0000000000c9"),
        Client
    );
    private readonly JourneyFolder folder = new();

    private StackOptions Options => new(Repository.Root, folder.Run) { Fsync = false };

    private string Dumps => folder.Run + "-backup";

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Owners_and_a_subscriber_from_the_backup_have_every_event_again_and_nothing_is_paid_anew()
    {
        string former;
        IReadOnlyList<GatewayEntry> paid;
        await folder.LayPostgres();
        await using (var stack = await Stack.Start(Options))
        {
            using var play = new Play(stack);
            await play.Register();
            await play.Enrol(MemberState.Active);
            await JourneyEvents.AllTaken(stack);
            Assert.NotEqual("0", await JourneyEvents.Text(stack, "faults", "SELECT count(*)::text FROM outbox"));
            Assert.Equal(0, await Verb("backup", "--to", Dumps));
            former = await JourneyEvents.Text(stack, "faults", "SELECT id::text FROM incarnation");
            await Demo(stack);
            for (var n = 0; n < 3; n++)
            {
                await play.Enrol(MemberState.Active);
                await play.Free(await play.Ground());
            }
            await JourneyEvents.AllTaken(stack);
            paid = await Ledger(stack);
            Assert.NotEmpty(paid);
            // Nothing is brought back under services that run.
            Assert.Equal(1, await Verb("restore", "--from", Dumps));
        }
        Assert.Equal(0, await Verb("restore", "--from", Dumps, "--only", "faults,refunds,desk"));
        await using (var stack = await Stack.Start(Options))
        {
            Assert.NotEqual(former, await JourneyEvents.Text(stack, "faults", "SELECT id::text FROM incarnation"));
            await WhatIsChangedFromNowOnArrives(stack);
            Assert.Equal(paid, await Ledger(stack));
            var books = await JourneyEvents.Text(
                stack,
                "refunds",
                "SELECT coalesce(string_agg('refund-' || refund_id, ','), '') FROM refund"
            );
            Assert.All(paid, entry => Assert.DoesNotContain(entry.IdempotencyKey!, books, StringComparison.Ordinal));
            await NoEventIsMissing(stack);
            // What was there before the restore is kept beside it.
            Assert.Equal(
                "1",
                await JourneyEvents.Text(
                    stack,
                    "web",
                    "SELECT count(*)::text FROM pg_database WHERE datname LIKE 'faults_before_restore_%'"
                )
            );
        }
    }

    private static async Task WhatIsChangedFromNowOnArrives(Stack stack)
    {
        using var play = new Play(stack);
        await play.Enrol(MemberState.Suspended);
        await play.Ground();
        foreach (var (service, column) in new[] { ("faults", "person"), ("parking", "person"), ("desk", "person_id") })
        {
            await Arrives(
                stack,
                service,
                $"SELECT coalesce(max(state), 0)::text FROM members WHERE {column}::text LIKE '%{Person}'",
                $"{(int)MemberState.Suspended}"
            );
        }
        const string State = $"SELECT state::text FROM vehicles WHERE printed_code = '{Code}'";
        await Arrives(stack, "parking", State, await JourneyEvents.Text(stack, "faults", State));
    }

    private static async Task NoEventIsMissing(Stack stack)
    {
        // A minute of silence tells that the former life is over; the clock of a development system can be moved.
        using var clock = new DevelopmentClock(stack.Run.Clock);
        clock.MoveTo(clock.GetUtcNow().AddMinutes(2));
        await JourneyEvents.AllTaken(stack);
        Assert.Equal(
            "0",
            await JourneyEvents.Text(
                stack,
                "parking",
                """
                SELECT ((SELECT count(*) FROM inbox_source WHERE contiguous < last_sequence)
                    + (SELECT count(*) FROM inbox_hole))::text
                """
            )
        );
    }

    private static Task Arrives(Stack stack, string service, string sql, string wanted) =>
        Poll.Until(async () => await JourneyEvents.Text(stack, service, sql) == wanted, what: $"{wanted} in {service}");

    private async Task<int> Verb(string verb, params string[] arguments)
    {
        using var launcher = new LauncherProcess(folder.Run, [verb, .. arguments]);
        return (await launcher.End()).ExitCode;
    }

    private static async Task Demo(Stack stack)
    {
        var words = new List<string>();
        var wish = new DemoWish(JourneyStack.FirstHour);
        var result = await new Demo(stack.State, stack.Run, Repository.Root, wish, words.Add).Play();
        DemoLine.MustBeGood(result.LastLine, string.Join('\n', words));
    }

    private static async Task<IReadOnlyList<GatewayEntry>> Ledger(Stack stack)
    {
        using var gateway = new DemoGateway(stack.State, stack.Run);
        return await gateway.Ledger(CancellationToken.None);
    }

    /// <summary>One member and one vehicle of a running system, changed through the public APIs.</summary>
    private sealed class Play : IDisposable
    {
        private readonly DevelopmentClock clock;
        private readonly DemoWires wires;

        public Play(Stack stack)
        {
            clock = new DevelopmentClock(stack.Run.Clock);
            wires = new DemoWires(stack.State, stack.Run, clock);
        }

        public Task Register()
        {
            var request = new RegisterVehicleRequest
            {
                Parent = Parent,
                Vehicle = new Vehicle { PrintedCode = Code, Product = "scooter" },
                RequestId = NewId(),
            };
            return wires.Call(wires.Faults.RegisterVehicleAsync, request, Operator, default);
        }

        public Task Enrol(MemberState state)
        {
            var request = new EnrolMemberRequest
            {
                Parent = Parent,
                Member = new Member
                {
                    Person = $"people/{Person}",
                    Role = MemberRole.Technician,
                    Level = 1,
                    State = state,
                },
                RequestId = NewId(),
            };
            return wires.Call(wires.Refunds.EnrolMemberAsync, request, Operator, default);
        }

        public async Task<string> Ground()
        {
            var request = new CreateFaultRequest
            {
                Parent = Parent,
                Fault = new Fault
                {
                    PrintedCode = Code,
                    Category = "BRAKE_FAILURE",
                    Channel = Channel.Field,
                },
                RequestId = NewId(),
            };
            var fault = await wires.Call(wires.Faults.CreateFaultAsync, request, Technician, default);
            Assert.Equal(Grounding.Grounded, fault.Grounding);
            return fault.Name;
        }

        public Task Free(string fault)
        {
            var request = new ResolveFaultRequest
            {
                Name = fault,
                Note = "Mended.",
                RequestId = NewId(),
            };
            return wires.Call(wires.Faults.ResolveFaultAsync, request, Technician, default);
        }

        public void Dispose()
        {
            wires.Dispose();
            clock.Dispose();
        }

        private static string NewId() => Guid.CreateVersion7().ToString();
    }
}

using Mobility.Faults.V1;
using Mobility.Launcher;
using Mobility.Platform;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>Owners from a backup beside subscribers that went on: what is changed from then on arrives, and what
/// was paid meanwhile is not paid again.</summary>
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
    public async Task Changes_after_the_restore_arrive_and_the_gateways_ledger_tells_what_the_books_lost()
    {
        IReadOnlyList<GatewayEntry> paid;
        await folder.LayPostgres();
        await using (var stack = await Stack.Start(Options))
        {
            using var play = new Play(stack);
            await play.Register();
            await play.Enrol(MemberState.Active);
            await JourneyEvents.AllTaken(stack);
            await Verb("backup", "--to", Dumps);
            await Demo(stack);
            for (var n = 0; n < 3; n++)
            {
                await play.Enrol(MemberState.Active);
                await play.Free(await play.Ground());
            }
            await JourneyEvents.AllTaken(stack);
            paid = await Ledger(stack);
            Assert.NotEmpty(paid);
        }
        await Verb("restore", "--from", Dumps, "--only", "faults,refunds");
        await using (var stack = await Stack.Start(Options))
        {
            using var play = new Play(stack);
            await play.Enrol(MemberState.Suspended);
            await play.Ground();
            foreach (
                var (service, column) in new[] { ("faults", "person"), ("parking", "person"), ("desk", "person_id") }
            )
            {
                await Arrives(
                    stack,
                    service,
                    $"SELECT coalesce(max(state), 0)::text FROM members WHERE {column}::text LIKE '%{Person}'",
                    $"{(int)MemberState.Suspended}"
                );
            }
            var grounded = await JourneyEvents.Text(
                stack,
                "faults",
                $"SELECT state::text FROM vehicles WHERE printed_code = '{Code}'"
            );
            await Arrives(
                stack,
                "parking",
                $"SELECT state::text FROM vehicles WHERE printed_code = '{Code}'",
                grounded
            );
            Assert.Equal(paid, await Ledger(stack));
            var books = await JourneyEvents.Text(
                stack,
                "refunds",
                "SELECT coalesce(string_agg('refund-' || refund_id, ','), '') FROM refund"
            );
            Assert.All(paid, entry => Assert.DoesNotContain(entry.IdempotencyKey!, books, StringComparison.Ordinal));
        }
    }

    private static Task Arrives(Stack stack, string service, string sql, string wanted) =>
        Poll.Until(async () => await JourneyEvents.Text(stack, service, sql) == wanted, what: $"{wanted} in {service}");

    private async Task Verb(string verb, params string[] arguments)
    {
        using var launcher = new LauncherProcess(folder.Run, [verb, .. arguments]);
        Assert.Equal(0, (await launcher.End()).ExitCode);
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

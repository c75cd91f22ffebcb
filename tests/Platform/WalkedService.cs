using Google.Protobuf.Reflection;
using Grpc.Core;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;

namespace Mobility.Tests.Platform;

/// <summary>A running service as the walk through its RPCs needs it: people of each standing, calls, a look at all
/// rows.</summary>
public sealed class WalkedService(TestService service, AppPage page) : IAsyncDisposable
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(
        (bytes, context) => context.Complete(bytes),
        context => context.PayloadAsNewBuffer()
    );
    private int people;

    public AppPage Page => page;

    /// <summary>Where its gRPC is.</summary>
    public Uri Address => new($"http://{service.Channel.Target}");

    public DateTimeOffset Now => service.Clock.GetUtcNow();

    public static async Task<WalkedService> Start(ServiceApp app) =>
        new(await TestService.Start(app, TestService.OwnOf(app)), AppPage.Of(app));

    /// <summary>Does the page list any RPC? Asked of an unfinished page too.</summary>
    public static bool HasRpcs(ServiceApp app)
    {
        var page = new AppPage();
        app.Define(page);
        return page.Services.Count > 0;
    }

    /// <summary>The subject of a token of that role; nobody has the same twice.</summary>
    public string NewSubject(Role role) =>
        role switch
        {
            Role.Rider => $"clients/{TestIssuer.Client}/riders/{NewId()}",
            Role.Operator => "systems/fleet",
            _ => $"people/{NewId()}",
        };

    /// <summary>A person with that standing with the client; null for a role that needs none.</summary>
    public async Task<string?> NewMember(Role role, MemberState state)
    {
        if (MemberRoleOf(role) is not { } memberRole)
        {
            return null;
        }
        var id = NewId();
        var evt = new MemberChanged
        {
            Member = $"clients/{TestIssuer.Client}/members/{id}",
            Person = $"people/{id}",
            Vendor = role is Role.Agent or Role.Lead ? "vendors/haenam-contact" : "",
            Role = memberRole,
            Level = 9,
            State = state,
            Revision = 1,
        };
        if (page.Events.TryGetValue(MemberChanged.Descriptor.FullName, out var line) && line.Handle is not null)
        {
            await service.Apply((e, tx) => line.Handle(e, tx), evt);
        }
        else
        {
            await Enrol(evt);
        }
        return evt.Person;
    }

    /// <summary>Calls the RPC with a request for the client; how it ended.</summary>
    public async Task<(StatusCode Code, string Reason)> Call(MethodDescriptor method, string? token)
    {
        var type = method.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary;
        var rpc = new Method<byte[], byte[]>(type, method.Service.FullName, method.Name, Bytes, Bytes);
        var options = new CallOptions(token is null ? [] : TestService.Bearer(token));
        var request = Google.Protobuf.MessageExtensions.ToByteArray(SampleRequest.Of(method));
        var invoker = service.Channel.CreateCallInvoker();
        try
        {
            if (method.IsServerStreaming)
            {
                using var stream = invoker.AsyncServerStreamingCall(rpc, host: null, options, request);
                await stream.ResponseStream.MoveNext(CancellationToken.None);
            }
            else
            {
                await invoker.AsyncUnaryCall(rpc, host: null, options, request);
            }
            return (StatusCode.OK, "");
        }
        catch (RpcException e)
        {
            return (e.StatusCode, TestService.ReasonOf(e));
        }
    }

    /// <summary>
    /// Every row of every table that is not an extension's, hashed. The relay numbers the outbox in its own time, so
    /// its numbers are left out.
    /// </summary>
    public async Task<string> Rows()
    {
        var tables = await service.Rows<string>(
            """
            SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'outbox_counter'
                AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
            ORDER BY 1
            """
        );
        var hashes = tables.Select(table =>
        {
            var numbering = table == "outbox" ? "- 'sequence' - 'publish_time' - 'refusal' - 'envelope'" : "";
            var row = $"(to_jsonb(t) {numbering})::text";
            var hash = $"md5(coalesce(string_agg({row}, ',' ORDER BY {row}), ''))";
            return $"SELECT '{table}', count(*), {hash} FROM {table} t";
        });
        var rows = await service.Rows<(string, long, string)>(string.Join(" UNION ALL ", hashes));
        return string.Join('\n', rows);
    }

    public ValueTask DisposeAsync() => service.DisposeAsync();

    private async Task Enrol(MemberChanged member)
    {
        if (!page.Rules.ContainsKey($"/{RefundsService.Descriptor.FullName}/EnrolMember"))
        {
            throw new InvalidOperationException("The service cannot learn that a member was suspended.");
        }
        var request = new EnrolMemberRequest
        {
            Parent = $"clients/{TestIssuer.Client}",
            Member = new Member
            {
                Person = member.Person,
                Vendor = member.Vendor,
                Role = member.Role,
                Level = member.Level,
                State = member.State,
            },
            RequestId = NewId(),
        };
        var client = new RefundsService.RefundsServiceClient(service.Channel);
        await client.EnrolMemberAsync(request, service.As(Role.Operator, "systems/fleet"));
    }

    private string NewId() => $"0190a6c0-0000-7000-8000-{++people:d12}";

    private static MemberRole? MemberRoleOf(Role role) =>
        role switch
        {
            Role.Agent => MemberRole.Agent,
            Role.Lead => MemberRole.Lead,
            Role.Technician => MemberRole.Technician,
            Role.ClientOfficer => MemberRole.ClientOfficer,
            _ => null,
        };
}

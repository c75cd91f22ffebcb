using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;

namespace Mobility.Platform.Rpc;

/// <summary>All that a slice may use: who calls, the database, the clock, the clients, the caller's patience.</summary>
public sealed class Call
{
    private const string Key = "mobility.call";

    /// <summary>A call that has passed the gate.</summary>
    public Call(ServerCallContext context, Caller caller, Db db, ClientCatalogue clients, TimeProvider clock)
    {
        Caller = caller;
        Db = db;
        Clients = clients;
        Clock = clock;
        Now = Millisecond(clock.GetUtcNow());
        Token = context.CancellationToken;
        Rpc = context.Method;
        context.UserState[Key] = this;
    }

    /// <summary>Who calls.</summary>
    public Caller Caller { get; }

    /// <summary>The service's database.</summary>
    public Db Db { get; }

    /// <summary>The clients.</summary>
    public ClientCatalogue Clients { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>When the call came, UTC, cut to the millisecond.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Ends when the caller hangs up or its deadline passes.</summary>
    public CancellationToken Token { get; }

    /// <summary>"/package.Service/Method".</summary>
    public string Rpc { get; }

    /// <summary>The call that the gate made for this context.</summary>
    public static Call Of(ServerCallContext context) =>
        context.UserState.TryGetValue(Key, out var call)
            ? (Call)call
            : throw new InvalidOperationException("The call did not pass the gate.");

    /// <summary>
    /// Runs the block once for (rpc, client, caller, request id): rows, events and the reply commit together or not
    /// at all. A repeat gets the stored reply.
    /// </summary>
    /// <exception cref="Refusal">REQUEST_ID_REUSED if the id had another body; what the block refuses.</exception>
    public Task<T> Once<T>(string clientId, string requestId, IMessage request, Func<Tx, Task<T>> run)
        where T : class, IMessage<T>, new() =>
        Data.Once.Run(Db, clientId, OnceKey(clientId, requestId, request), run, Token);

    /// <summary>What makes the request the same one when it is repeated: a UUID is one id however it is
    /// written.</summary>
    public OnceKey OnceKey(string clientId, string requestId, IMessage request) =>
        new(
            $"{Rpc}|{clientId}|{Caller.Subject}|{requestId.ToLowerInvariant()}",
            SHA256.HashData(request.ToByteArray())
        );

    /// <summary>Runs the block in a transaction of the client's rows, for reading.</summary>
    public Task<T> Read<T>(string clientId, Func<Tx, Task<T>> read) => Db.InTransaction(clientId, read, Token);

    /// <summary>A UUIDv7 of the call's time.</summary>
    public Guid NewId() => Guid.CreateVersion7(Now);

    /// <summary>The time cut to the millisecond, in UTC: what databases, events and replies can all hold.</summary>
    public static DateTimeOffset Millisecond(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}

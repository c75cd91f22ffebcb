using Grpc.Core;
using Mobility.Launcher;
using Npgsql;

namespace Mobility.Bench;

/// <summary>An RPC that takes something in, and what is known of its rows.</summary>
public abstract class Intake
{
    public const string Client = "gangneung-kick";
    public const int VehicleCount = 5_000;

    /// <summary>Callers at once.</summary>
    public const int Clients = 32;

    /// <summary>The service.</summary>
    public abstract string Service { get; }

    /// <summary>File of tools/Bench/pgbench that does the same.</summary>
    public abstract string Script { get; }

    /// <summary>The service's table of what was taken in.</summary>
    public abstract string Table { get; }

    /// <summary>The RPC's name.</summary>
    public abstract string Rpc { get; }

    /// <summary>Fills an empty database, the service's own or the peer's, with what is asked about.</summary>
    public abstract Task Fill(NpgsqlConnection connection);

    /// <summary>Makes the callers.</summary>
    /// <param name="channel">To the service, or to a peer that speaks its RPC.</param>
    /// <param name="headers">Makes what signs for a caller.</param>
    /// <returns>One question by the caller of that number.</returns>
    public abstract Func<int, Task> Callers(ChannelBase channel, Func<Token, Func<Metadata>> headers);

    /// <summary>Is there a naive handler of it?</summary>
    public virtual bool HasNaive => false;
}

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;

namespace Mobility.Platform;

/// <summary>A service as its page describes it: every RPC, event consumed and job, a line each.</summary>
public abstract class ServiceApp
{
    /// <summary>Lower-case name: the topic, the Dapr app id and the first part of the error domain.</summary>
    public abstract string Name { get; }

    /// <summary>Names of environment variables that this service needs beyond the platform's own.</summary>
    public virtual IReadOnlyList<string> RequiredSettings => [];

    /// <summary>Names of environment variables that this service reads when they are set.</summary>
    public virtual IReadOnlyList<string> OptionalSettings => [];

    /// <summary>Extensions of PostgreSQL that its database needs. Whoever makes the database makes them, because the
    /// service's own role may not.</summary>
    public virtual IReadOnlyList<string> DatabaseExtensions => [];

    /// <summary>Largest request in bytes.</summary>
    public virtual int RequestBytes => Rpc.Limits.RequestBytes;

    /// <summary>After how long a connection that is not used is closed.</summary>
    public virtual TimeSpan IdleConnection => Overload.IdleConnection;

    /// <summary>How long a body may take that comes slowly.</summary>
    public virtual TimeSpan BodyPatience => Overload.BodyPatience;

    /// <summary>Adds to the container what the host's own parts need, such as Razor components.</summary>
    public virtual void AddServices(IServiceCollection services, Settings settings) { }

    /// <summary>Adds middleware and routes to the HTTP port, for a service that shows pages.</summary>
    public virtual void MapPages(WebApplication web) { }

    /// <summary>Writes the page.</summary>
    public abstract void Define(AppPage page);

    /// <summary>
    /// Refuses a caller whose standing forbids any call for the client now, by throwing <see cref="Rpc.Refusal"/>.
    /// Runs before the slice; a slice that moves money reads the standing again inside its own transaction.
    /// </summary>
    public virtual Task AdmitCaller(Db db, Caller caller, string clientId, CancellationToken token) =>
        Task.CompletedTask;

    /// <summary>Does the slice of that RPC read the standing under lock before it tells or changes anything? Then it is
    /// not read twice.</summary>
    public virtual bool ReadsStanding(string method) => false;

    /// <summary>Does that RPC take authority away? Then it has places of its own at the door.</summary>
    public virtual bool Stops(string method) => false;
}

/// <summary>Says whether a caller of a role may call an RPC: one line of docs/authorisation.md.</summary>
/// <param name="Method">Name of the RPC.</param>
/// <param name="Roles">Roles that may call it.</param>
public sealed record RpcRule(string Method, IReadOnlyList<Role> Roles);

/// <summary>A job: runs at the interval and whenever it is woken.</summary>
/// <param name="Name">Lower-case name with hyphens.</param>
/// <param name="Interval">Longest time between two runs.</param>
/// <param name="Run">One run; returns when there is nothing more to do now.</param>
public sealed record JobLine(string Name, TimeSpan Interval, Func<JobContext, Task> Run);

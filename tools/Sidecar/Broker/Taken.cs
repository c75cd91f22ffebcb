using Mobility.Sidecar.Events;

namespace Mobility.Sidecar.Broker;

/// <summary>A message on its way to the application, and what its broker can be told of it.</summary>
public abstract class Taken(Message message, string? unreadable = null)
{
    public Message Message => message;

    /// <summary>Why it cannot be delivered to anybody; null for a CloudEvent.</summary>
    public string? Unreadable => unreadable;

    /// <summary>It is done with, here or as a dead letter.</summary>
    public abstract Task Accept();

    /// <summary>Every try failed and there is no topic for dead letters. Returns what became of it.</summary>
    public abstract Task<string> Reject();

    /// <summary>The application is away. True: it lies at the broker again. False: it keeps its place here.</summary>
    public abstract Task<bool> GiveBack();
}

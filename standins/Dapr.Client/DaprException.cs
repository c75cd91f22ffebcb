namespace Dapr;

/// <summary>A call to the sidecar that failed; the cause is inside.</summary>
public class DaprException : Exception
{
    public DaprException(string message)
        : base(message) { }

    public DaprException(string message, Exception innerException)
        : base(message, innerException) { }
}

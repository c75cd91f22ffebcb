namespace Grpc.Core;

/// <summary>What every generated client derives from.</summary>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    protected ClientBase() { }

    protected ClientBase(ClientBaseConfiguration configuration)
        : base(configuration) { }

    public ClientBase(ChannelBase channel)
        : base(channel) { }

    public ClientBase(CallInvoker callInvoker)
        : base(callInvoker) { }

    /// <summary>Generated clients override it for a client of another host, which nobody here makes.</summary>
    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}

public abstract class ClientBase
{
    private readonly ClientBaseConfiguration? _configuration;

    /// <summary>For a substitute in a test, which overrides the calls it expects.</summary>
    protected ClientBase() { }

    protected ClientBase(ClientBaseConfiguration configuration) => _configuration = configuration;

    public ClientBase(ChannelBase channel)
        : this(channel.CreateCallInvoker()) { }

    public ClientBase(CallInvoker callInvoker)
        : this(new ClientBaseConfiguration(callInvoker)) { }

    protected CallInvoker CallInvoker =>
        _configuration?.Invoker ?? throw new NotImplementedException("This client was made without a channel.");

    protected internal class ClientBaseConfiguration
    {
        internal ClientBaseConfiguration(CallInvoker invoker)
        {
            ArgumentNullException.ThrowIfNull(invoker);
            Invoker = invoker;
        }

        internal CallInvoker Invoker { get; }
    }
}

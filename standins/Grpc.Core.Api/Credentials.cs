namespace Grpc.Core;

/// <summary>Adds credentials to the headers of one call.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);

/// <summary>The call that is about to be sent.</summary>
public class AuthInterceptorContext
{
    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
    {
        ServiceUrl = serviceUrl;
        MethodName = methodName;
        CancellationToken = cancellationToken;
    }

    public string ServiceUrl { get; }

    public string MethodName { get; }

    public CancellationToken CancellationToken { get; }
}

/// <summary>Credentials of one call. The clients here send their tokens as headers, so there is no kind of
/// it.</summary>
public abstract class CallCredentials
{
    internal CallCredentials() { }

    public abstract void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state);
}

public abstract class CallCredentialsConfiguratorBase
{
    public abstract void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials);

    public abstract void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor);
}

/// <summary>Credentials of a channel. The scheme of the address chooses between plain text and TLS here.</summary>
public abstract class ChannelCredentials
{
    internal ChannelCredentials() { }

    public abstract void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state);
}

public abstract class ChannelCredentialsConfiguratorBase
{
    public abstract void SetInsecureCredentials(object state);

    public abstract void SetSslCredentials(
        object state,
        string? rootCertificates,
        KeyCertificatePair? keyCertificatePair,
        VerifyPeerCallback? verifyPeerCallback
    );

    public abstract void SetCompositeCredentials(
        object state,
        ChannelCredentials channelCredentials,
        CallCredentials callCredentials
    );
}

/// <summary>Named in the official signatures; nothing here presents a client certificate.</summary>
public sealed class KeyCertificatePair
{
    private KeyCertificatePair() { }
}

/// <summary>Named in the official signatures; nothing here checks a certificate itself.</summary>
public class VerifyPeerContext
{
    private VerifyPeerContext() { }
}

public delegate bool VerifyPeerCallback(VerifyPeerContext context);

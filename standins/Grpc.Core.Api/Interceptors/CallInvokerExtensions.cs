namespace Grpc.Core.Interceptors;

public static class CallInvokerExtensions
{
    /// <summary>The invoker with an interceptor around it; the last one added sees a call first.</summary>
    public static CallInvoker Intercept(this CallInvoker invoker, Interceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(invoker);
        ArgumentNullException.ThrowIfNull(interceptor);
        return new InterceptingCallInvoker(invoker, interceptor);
    }
}

namespace Mobility.Sidecar.Resources;

/// <summary>What happens to a delivery of one component that fails or hangs. Both parts may be missing.</summary>
public sealed record InboundPolicy(RetryPolicy? Retry, TimeSpan? Timeout)
{
    public static InboundPolicy None { get; } = new(null, null);
}

/// <summary>A Resiliency resource: inbound policies by component name.</summary>
public sealed record Resiliency(string Where, IReadOnlyDictionary<string, InboundPolicy> Inbound)
{
    public static Resiliency Read(ResourceDocument document)
    {
        Fields spec = document.Root.Map("spec");
        Fields policies = spec.Map("policies");
        Dictionary<string, RetryPolicy> retries = ReadRetries(policies.Map("retries"));
        Dictionary<string, TimeSpan> timeouts = ReadTimeouts(policies.Map("timeouts"));
        policies.Unsupported("circuitBreakers", "is not supported by the local sidecar");
        policies.Done();

        Fields targets = spec.Map("targets");
        targets.Unsupported("apps", "is not supported by the local sidecar: it invokes no service");
        targets.Unsupported("actors", "is not supported by the local sidecar: it has no actors");
        Fields components = targets.Map("components");
        var inbound = new Dictionary<string, InboundPolicy>(StringComparer.Ordinal);
        foreach (string name in components.Keys)
            inbound[name] = ReadTarget(components.Map(name), retries, timeouts);
        targets.Done();
        spec.Done();
        document.Root.Done();
        return new Resiliency(document.Where, inbound);
    }

    private static Dictionary<string, RetryPolicy> ReadRetries(Fields fields)
    {
        var retries = new Dictionary<string, RetryPolicy>(StringComparer.Ordinal);
        foreach (string name in fields.Keys)
        {
            RefuseTemplate(fields, name);
            retries[name] = RetryPolicy.Read(fields.Map(name));
        }
        return retries;
    }

    private static Dictionary<string, TimeSpan> ReadTimeouts(Fields fields)
    {
        var timeouts = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (string name in fields.Keys)
        {
            RefuseTemplate(fields, name);
            timeouts[name] = fields.Duration(name, TimeSpan.Zero);
        }
        return timeouts;
    }

    // daprd applies policies with such names without being told to; this sidecar would silently not.
    private static void RefuseTemplate(Fields fields, string name)
    {
        bool template =
            name.StartsWith("Default", StringComparison.Ordinal) && name.EndsWith("Policy", StringComparison.Ordinal);
        if (template)
            fields.Wrong(name, "is a default template, which the local sidecar does not support: name it in targets");
    }

    private static InboundPolicy ReadTarget(
        Fields target,
        Dictionary<string, RetryPolicy> retries,
        Dictionary<string, TimeSpan> timeouts
    )
    {
        target.Unsupported("outbound", "is not supported by the local sidecar");
        Fields inbound = target.Map("inbound");
        inbound.Unsupported("circuitBreaker", "is not supported by the local sidecar");
        string retryName = inbound.Text("retry");
        string timeoutName = inbound.Text("timeout");
        RetryPolicy? retry = null;
        if (retryName.Length > 0 && !retries.TryGetValue(retryName, out retry))
            inbound.Wrong("retry", $"'{retryName}' is not among policies.retries");
        TimeSpan timeout = TimeSpan.Zero;
        if (timeoutName.Length > 0 && !timeouts.TryGetValue(timeoutName, out timeout))
            inbound.Wrong("timeout", $"'{timeoutName}' is not among policies.timeouts");
        inbound.Done();
        target.Done();
        return new InboundPolicy(retry, timeout > TimeSpan.Zero ? timeout : null);
    }
}

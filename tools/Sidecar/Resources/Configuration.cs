using YamlDotNet.RepresentationModel;

namespace Mobility.Sidecar.Resources;

/// <summary>
/// A Configuration resource. The sidecar needs nothing of it; it accepts the settings that ask for nothing, so that
/// one file serves daprd too, and refuses the rest.
/// </summary>
public static class Configuration
{
    /// <summary>Reports each setting that would have to be acted on.</summary>
    public static void Check(ResourceDocument document)
    {
        Fields spec = document.Root.Map("spec");
        CheckTracing(spec.Map("tracing"));
        CheckMetrics(spec.Map("metric"));
        CheckMetrics(spec.Map("metrics"));
        Fields mtls = spec.Map("mtls");
        if (mtls.Flag("enabled"))
            mtls.Wrong("enabled", "is not supported by the local sidecar");
        mtls.Done();
        CheckLogging(spec);
        foreach (Fields feature in spec.Maps("features"))
        {
            string name = feature.Required("name");
            if (feature.Flag("enabled"))
                feature.Wrong("enabled", $"of '{name}' is not supported by the local sidecar");
            feature.Done();
        }
        spec.Done();
        document.Root.Done();
    }

    private static void CheckTracing(Fields tracing)
    {
        string rate = tracing.Text("samplingRate", "0");
        if (rate != "0")
            tracing.Wrong(
                "samplingRate",
                $"'{rate}' is not supported by the local sidecar, only 0: it exports no spans"
            );
        tracing.Done();
    }

    // Metrics are daprd's own; a Configuration may ask for them, and the flags of metrics are ignored as well.
    private static void CheckMetrics(Fields metrics)
    {
        if (metrics.Node("enabled") is YamlScalarNode { Value: { } text } && !GoText.TryBool(text, out _))
            metrics.Wrong("enabled", $"'{text}' is neither true nor false");
        metrics.Done();
    }

    private static void CheckLogging(Fields spec)
    {
        Fields apiLogging = spec.Map("logging").Map("apiLogging");
        if (apiLogging.Flag("enabled"))
            apiLogging.Wrong("enabled", "is not supported by the local sidecar");
        apiLogging.Flag("obfuscateURLs");
        apiLogging.Flag("omitHealthChecks");
        apiLogging.Done();
    }
}

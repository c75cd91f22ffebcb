namespace Mobility.Sidecar.Resources;

/// <summary>How often and how fast a failed delivery is repeated.</summary>
/// <param name="Exponential">False: <paramref name="Duration"/> between tries. True: 0.5 s growing by half, with
/// jitter.</param>
/// <param name="MaxRetries">-1 is for ever; 4 means 5 calls.</param>
public sealed record RetryPolicy(
    bool Exponential,
    TimeSpan Duration,
    TimeSpan MaxInterval,
    int MaxRetries,
    StatusCodeList Matching
)
{
    /// <summary>An exponential policy of daprd gives up after this time, whatever its YAML says.</summary>
    private static readonly TimeSpan ExponentialLife = TimeSpan.FromMinutes(15);

    public static RetryPolicy Read(Fields fields)
    {
        string policy = fields.Text("policy", "constant");
        if (policy is not ("constant" or "exponential"))
            fields.Wrong("policy", $"'{policy}' is neither constant nor exponential");
        TimeSpan duration = fields.Duration("duration", TimeSpan.FromSeconds(5));
        TimeSpan maxInterval = fields.Duration("maxInterval", TimeSpan.FromSeconds(60));
        int maxRetries = fields.Whole("maxRetries", -1);
        Fields matching = fields.Map("matching");
        string codes = matching.Text("httpStatusCodes");
        if (!StatusCodeList.TryParse(codes, out StatusCodeList list))
            matching.Wrong("httpStatusCodes", $"'{codes}' is not a list such as 429,500-599");
        matching.Done();
        fields.Done();
        return new RetryPolicy(policy == "exponential", duration, maxInterval, Math.Max(-1, maxRetries), list);
    }

    /// <summary>How long to wait before the next try, or null when there is none.</summary>
    /// <param name="retry">1 for the first repetition.</param>
    /// <param name="elapsed">Time since the first try began.</param>
    /// <param name="jitter">Between 0 and 1.</param>
    public TimeSpan? Next(int retry, TimeSpan elapsed, double jitter)
    {
        if (MaxRetries >= 0 && retry > MaxRetries)
            return null;
        if (!Exponential)
            return Duration;
        if (elapsed > ExponentialLife)
            return null;
        double interval = Math.Min(500 * Math.Pow(1.5, Math.Min(retry - 1, 60)), MaxInterval.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(interval * (0.5 + jitter));
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Mobility.Platform;

/// <summary>The counters of a process, and their text for GET /metrics.</summary>
public static class Metrics
{
    private static readonly Meter Meter = new("Mobility");

    /// <summary>RPCs by method and code.</summary>
    public static readonly Counter<long> Rpcs = Meter.CreateCounter<long>("mobility_rpcs_total");

    /// <summary>Milliseconds spent in RPCs, by method.</summary>
    public static readonly Counter<double> RpcMilliseconds = Meter.CreateCounter<double>(
        "mobility_rpc_milliseconds_total"
    );

    /// <summary>Transactions run anew after a serialization failure or a deadlock.</summary>
    public static readonly Counter<long> TransactionsRetried = Meter.CreateCounter<long>(
        "mobility_transactions_retried_total"
    );

    /// <summary>Events that the broker took.</summary>
    public static readonly Counter<long> EventsPublished = Meter.CreateCounter<long>("mobility_events_published_total");

    /// <summary>Events that came, by outcome.</summary>
    public static readonly Counter<long> EventsTaken = Meter.CreateCounter<long>("mobility_events_taken_total");

    /// <summary>Watermarks and replay requests that the broker did not take.</summary>
    public static readonly Counter<long> ControlEventsUnsent = Meter.CreateCounter<long>(
        "mobility_control_events_unsent_total"
    );

    /// <summary>Events that never came and that their source no longer has, by source; goes down when snapshots stand
    /// for them.</summary>
    public static readonly UpDownCounter<long> EventsBeyondRepair = Meter.CreateUpDownCounter<long>(
        "mobility_events_beyond_repair"
    );

    /// <summary>Makes a counter of a service's own.</summary>
    public static Counter<long> NewCounter(string name) => Meter.CreateCounter<long>(name);

    /// <summary>Makes a figure of a service's own that goes up and down.</summary>
    public static UpDownCounter<long> NewGauge(string name) => Meter.CreateUpDownCounter<long>(name);

    /// <summary>Adds up measurements and writes them in the Prometheus text format.</summary>
    internal sealed class Page : IDisposable
    {
        /// <summary>Rows are methods times codes; a flood of new labels is a bug and stops here.</summary>
        private const int RowsMax = 2_000;

        private readonly ConcurrentDictionary<string, double> totals = new(StringComparer.Ordinal);
        private readonly MeterListener listener = new();

        public Page()
        {
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter == Meter)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>(
                (instrument, value, tags, _) => Add(instrument.Name, value, tags)
            );
            listener.SetMeasurementEventCallback<double>(
                (instrument, value, tags, _) => Add(instrument.Name, value, tags)
            );
            listener.Start();
        }

        public string Text()
        {
            var text = new StringBuilder();
            foreach (var (row, total) in totals.OrderBy(t => t.Key, StringComparer.Ordinal))
            {
                text.Append(row).Append(' ').Append(total.ToString(CultureInfo.InvariantCulture)).Append('\n');
            }
            return text.ToString();
        }

        public void Dispose() => listener.Dispose();

        private void Add(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var row = new StringBuilder(name);
            for (var i = 0; i < tags.Length; i++)
            {
                row.Append(i == 0 ? '{' : ',').Append(tags[i].Key).Append("=\"").Append(tags[i].Value).Append('"');
            }
            if (tags.Length > 0)
            {
                row.Append('}');
            }
            var key = row.ToString();
            if (totals.ContainsKey(key) || totals.Count < RowsMax)
            {
                totals.AddOrUpdate(key, value, (_, old) => old + value);
            }
        }
    }
}

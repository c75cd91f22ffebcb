using Google.Protobuf.WellKnownTypes;
using Mobility.Desk.V1;

namespace Mobility.Desk;

/// <summary>How a clock stands at an instant.</summary>
/// <param name="Kind">Which clock.</param>
/// <param name="StartTime">When the case was opened, or opened again.</param>
/// <param name="Target">Business time allowed.</param>
/// <param name="Elapsed">Business time run until it stopped, or until the instant.</param>
/// <param name="DueTime">When the target is used up; null while a pause keeps it from being so.</param>
/// <param name="StopTime">When it stopped; null while it runs.</param>
/// <param name="Answered">Did an answer stop it? The close stops it too.</param>
/// <param name="State">Missed strictly after the due time, never at it.</param>
public sealed record SlaReading(
    SlaClockKind Kind,
    DateTimeOffset StartTime,
    TimeSpan Target,
    TimeSpan Elapsed,
    DateTimeOffset? DueTime,
    DateTimeOffset? StopTime,
    bool Answered,
    SlaClockState State
)
{
    /// <summary>The reply's form; seconds are cut, so that nothing shows as used up before it is.</summary>
    public SlaClock ToWire() =>
        new()
        {
            Kind = Kind,
            TargetSeconds = (long)Target.TotalSeconds,
            ElapsedSeconds = (long)Elapsed.TotalSeconds,
            DueTime = DueTime?.ToTimestamp(),
            StopTime = StopTime?.ToTimestamp(),
            State = State,
        };
}

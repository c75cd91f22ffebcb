using Grpc.Core;
using Mobility.Platform.Rpc;

namespace Mobility.Refunds;

/// <summary>Who widens what may be done with money has to have signed in just now.</summary>
public static class StepUp
{
    /// <summary>How long ago: authority over money is not given from a forgotten screen.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Refuses a caller whose sign-in is older, or is said to lie ahead.</summary>
    /// <exception cref="Refusal">PERMISSION_DENIED STEP_UP_REQUIRED.</exception>
    public static void Require(Call call)
    {
        if (call.Now - call.Caller.AuthTime > Longest || call.Caller.AuthTime > call.Now + Limits.ClockLead)
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                Errors.StepUpRequired,
                "Giving authority needs a sign-in at most 5 minutes ago.",
                ("max_age_seconds", "300")
            );
        }
    }
}

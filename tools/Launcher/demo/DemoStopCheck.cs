namespace Mobility.Launcher;

/// <summary>The stop: from its commit on, nothing is admitted or sent to the gateway under what was revoked.</summary>
internal static class DemoStopCheck
{
    public static IEnumerable<string> Findings(DemoBooks books)
    {
        foreach (var stopped in books.Delegations.Where(one => one.RevokeTime is not null))
        {
            foreach (var refund in books.Refunds.Where(one => one.DelegationId == stopped.DelegationId))
            {
                if (refund.State != "Denied" && refund.CreateTime >= stopped.RevokeTime)
                {
                    yield return $"refund {refund.RefundId} ({refund.State}) was admitted {Late(refund.CreateTime)} "
                        + "after the stop";
                }
                if (refund.DispatchTime >= stopped.RevokeTime)
                {
                    yield return $"refund {refund.RefundId} was sent off {Late(refund.DispatchTime.Value)} "
                        + "after the stop";
                }
            }
            string Late(DateTime time) => $"{(time - stopped.RevokeTime!.Value).TotalMinutes:N0} min";
        }
    }
}

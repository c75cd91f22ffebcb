namespace Mobility.Launcher;

/// <summary>
/// The stop: from its commit on, nothing is admitted, agreed to or sent to the gateway under what was revoked. What
/// came first is what the database says of its commits; the times that the service wrote must agree.
/// </summary>
internal static class DemoStopCheck
{
    public static IEnumerable<string> Findings(DemoBooks books)
    {
        foreach (var stopped in books.Delegations.Where(one => one.RevokeTime is not null))
        {
            if (stopped.StopCommitTime is null)
            {
                yield return $"the database does not know when it committed the stop of {stopped.DelegationId}";
            }
            foreach (var refund in books.Refunds.Where(one => one.DelegationId == stopped.DelegationId))
            {
                foreach (var finding in Late(refund, stopped))
                {
                    yield return finding;
                }
            }
        }
    }

    private static IEnumerable<string> Late(RefundBook refund, DelegationBook stopped)
    {
        if (refund.IsAdmitted && refund.AdmitCommitTime is null)
        {
            yield return $"the database does not know when it committed the admission of refund {refund.RefundId}";
        }
        if (refund.IsAdmitted && refund.AdmitCommitTime >= stopped.StopCommitTime)
        {
            yield return $"refund {refund.RefundId} ({refund.State}) was admitted by a commit "
                + $"{After(refund.AdmitCommitTime, stopped.StopCommitTime)} after the stop's";
        }
        if (refund.AgreeCommitTime >= stopped.StopCommitTime)
        {
            yield return $"refund {refund.RefundId} was agreed to by a commit "
                + $"{After(refund.AgreeCommitTime, stopped.StopCommitTime)} after the stop's";
        }
        if (refund.State != "Denied" && refund.CreateTime >= stopped.RevokeTime)
        {
            yield return $"refund {refund.RefundId} ({refund.State}) was admitted "
                + $"{After(refund.CreateTime, stopped.RevokeTime)} after the stop";
        }
        if (refund.DispatchTime >= stopped.RevokeTime)
        {
            yield return $"refund {refund.RefundId} was sent off {After(refund.DispatchTime, stopped.RevokeTime)} "
                + "after the stop";
        }
    }

    private static string After(DateTime? time, DateTime? stop) => $"{(time - stop)!.Value.TotalSeconds:N1} s";
}

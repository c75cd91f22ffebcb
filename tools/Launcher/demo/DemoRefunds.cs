using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>Plays the grants, the stop, what agents ask for and what lead and officer say to it.</summary>
internal sealed class DemoRefunds(DemoStage stage)
{
    private const string NeedsApproval = "TIER_NEEDS_APPROVAL";

    private RefundsService.RefundsServiceClient Api => stage.Wires.Refunds;

    public async Task Grant(WeekendStep step, CancellationToken token)
    {
        var request = DemoGrant.Request(
            stage.Parent,
            stage.Weekend.Vendor,
            stage.Clock.GetUtcNow(),
            stage.Ids.At(WeekendTime.Monday(24)),
            stage.Weekend.Limits,
            stage.Request(step)
        );
        if (await stage.Call(step, Api.CreateDelegationAsync, request, token) is { } granted)
        {
            stage.Made(step.Thing!, granted.Name);
            stage.Compare(step, "the delegation", granted.State, step.Expect.State);
        }
    }

    public async Task Stop(WeekendStep step, CancellationToken token)
    {
        var request = new RevokeDelegationRequest
        {
            Name = stage.Name(step.Of!),
            Reason = "Too much was given back this morning.",
            RequestId = stage.Request(step),
        };
        var stopped = await stage.Call(step, Api.RevokeDelegationAsync, request, token);
        stage.Compare(step, "the delegation", stopped?.State, step.Expect.State);
    }

    public async Task Ask(WeekendStep step, CancellationToken token)
    {
        var request = new CreateRefundRequest
        {
            Parent = stage.Parent,
            Refund = Asked(step),
            RequestId = stage.Request(step),
        };
        if (await stage.Call(step, Api.CreateRefundAsync, request, token) is { } made)
        {
            stage.Made(step.Thing!, made.Name);
            Compare(step, made);
        }
    }

    /// <summary>What a step asks for, as the wire says it.</summary>
    public Refund Asked(WeekendStep step)
    {
        // A refund that names a fault is for the ride of the fault.
        var paidFor = step.Fault ?? step.Thing!;
        var refund = new Refund
        {
            Action = step.Action!.Value,
            Reason = step.Reason,
            Fault = step.Fault is null ? "" : stage.Name(step.Fault),
        };
        switch (refund.Action)
        {
            case RefundAction.EndRide:
                refund.Ride = stage.Name(DemoFacts.RideOf(paidFor));
                break;
            case RefundAction.LockVehicle:
                refund.Vehicle = stage.Name(step.Vehicles![0]);
                break;
            default:
                refund.Payment = stage.Name(DemoFacts.PaymentOf(paidFor));
                refund.Amount = new Money(step.Won!.Value, "KRW").ToWire();
                break;
        }
        return refund;
    }

    public async Task Answer(WeekendStep step, CancellationToken token)
    {
        var name = stage.Name(step.Of!);
        var id = stage.Request(step);
        var refund = step.Do switch
        {
            WeekendDeed.ApproveRefund => await Approve(step, name, id, token),
            WeekendDeed.DeclineRefund => await stage.Call(
                step,
                Api.DeclineRefundAsync,
                new DeclineRefundRequest
                {
                    Name = name,
                    Note = "Too much for this.",
                    RequestId = id,
                },
                token
            ),
            _ => await stage.Call(
                step,
                Api.WithdrawRefundAsync,
                new WithdrawRefundRequest { Name = name, RequestId = id },
                token
            ),
        };
        if (refund is not null)
        {
            stage.Saw(step, $"{refund.Amount.Units:N0} won");
            Compare(step, refund);
        }
    }

    /// <summary>Nobody does anything: the rows are looked at afterwards.</summary>
    public static Task LetExpire(WeekendStep step, CancellationToken token) => Task.CompletedTask;

    private async Task<Refund?> Approve(WeekendStep step, string name, string id, CancellationToken token)
    {
        var lead = stage.Person("lead").Token;
        var seen = await stage.Wires.Call(Api.GetRefundAsync, new GetRefundRequest { Name = name }, lead, token);
        var hash = step.Altered ? new string('0', seen.RequestHash.Length) : seen.RequestHash;
        var request = new ApproveRefundRequest
        {
            Name = name,
            RequestHash = hash,
            RequestId = id,
        };
        return await stage.Call(step, Api.ApproveRefundAsync, request, token);
    }

    /// <summary>What is admitted is settled a moment later: the reply may be ahead of the gateway.</summary>
    private void Compare(WeekendStep step, Refund said)
    {
        var expected = step.Expect.State;
        var onItsWay =
            said.State
            is RefundState.Approved
                or RefundState.Dispatching
                or RefundState.PendingAtGateway
                or RefundState.Unconfirmed;
        if (!(onItsWay && expected == "SETTLED"))
        {
            stage.Compare(step, "the state", said.State, expected);
        }
        if (step.Expect.Reasons is { } reasons)
        {
            var codes = said.Decision.FailedConditions.Select(one => one.Code).Where(code => code != NeedsApproval);
            var told = codes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            stage.Compare(step, "the reasons", string.Join(", ", told), string.Join(", ", reasons));
        }
    }
}

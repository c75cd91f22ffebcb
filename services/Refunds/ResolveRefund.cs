using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// A person says what became of a refund under review, and what shows it. What was held is posted or let go when two
/// say the same, one of them an officer of the client whose money it is; a stop changes nothing of that. After the
/// first word the gateway is asked once more, whose own proof needs nobody; after the last the books are compared.
/// </summary>
public static class ResolveRefund
{
    /// <summary>As a payment's key at the gateway.</summary>
    private const int KeyMax = 200;

    /// <summary>Far more words than a person needs to be right; each costs a row and a look at the gateway. Nobody uses
    /// up another one's.</summary>
    private const int WordsMax = 10;

    public static Task<V1.Refund> Handle(ResolveRefundRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", "refunds");
        check.Known(request.Outcome, "outcome");
        check.Text(request.GatewayTransactionKey, "gateway_transaction_key", 0, KeyMax);
        var done = request.Outcome == ReviewOutcome.Done;
        check.That(
            done == request.GatewayTransactionKey.Trim().Length > 0,
            "gateway_transaction_key",
            done ? "must be set" : "must be empty unless it was done"
        );
        check.Text(request.Evidence, "evidence", 0, Limits.TextLength);
        check.That(request.Evidence.Trim().Length > 0, "evidence", "must say what shows it");
        check.RequestId(request.RequestId);
        check.Done();
        return call.Once(name.ClientId, request.RequestId, request, tx => Resolve(tx, name, request, call));
    }

    private static async Task<V1.Refund> Resolve(Tx tx, ResourceName name, ResolveRefundRequest request, Call call)
    {
        var waiting = await SecondPerson.Enter(tx, call.Caller, name);
        SecondPerson.MustDiffer(waiting);
        var payment = await PaymentTable.Of(tx, waiting.Row.Refund);
        SecondPerson.MustBeDisinterested(waiting, payment);
        MustBeUnderReview(waiting.Row);
        MustHaveWords(waiting);
        await (
            request.Outcome == ReviewOutcome.Done
                ? MustBeNew(tx, waiting.Row.Refund, request.GatewayTransactionKey.Trim())
                : MustBeLate(tx, waiting.Row.Refund)
        );
        var said = new ResolutionRow(
            call.Caller.Subject,
            waiting.Member.Role,
            request.Outcome,
            request.GatewayTransactionKey.Trim(),
            request.Evidence,
            tx.Now
        );
        await ResolutionTable.Insert(tx, waiting.Row, said);
        var row = waiting.Row with { Resolutions = waiting.Row.Resolutions.Add(said) };
        if (!await IsAgreed(tx, waiting, said, payment))
        {
            await AskOnceMore(tx, payment);
            return await Saved(tx, row, row.Refund.Witness(tx.Now));
        }
        if (payment is not null && Actions.IsCancel(row.Action))
        {
            // Persons may err too.
            await PaymentCheckTable.Want(tx, payment.PaymentId);
            tx.Wake(ReconcilePayments.Job);
        }
        var after =
            said.Outcome == ReviewOutcome.Done
                ? row.Refund.Settle(said.GatewayTransactionKey, tx.Now)
                : row.Refund.LetGo(tx.Now);
        return await Saved(tx, row, after);
    }

    /// <summary>Did another person, who still may, say the same last, and is one of both the client's?</summary>
    private static async Task<bool> IsAgreed(Tx tx, Waiting waiting, ResolutionRow said, PaymentRow? payment)
    {
        var others = waiting
            .Row.Resolutions.Where(word => word.Person != said.Person)
            .GroupBy(word => word.Person, StringComparer.Ordinal)
            .Select(words => words.Last())
            .Where(word => word.Says(said) && IsClients(word, said));
        foreach (var other in others)
        {
            if (await SecondPerson.StillMay(tx, waiting, other.Person, other.Role, payment))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsClients(ResolutionRow one, ResolutionRow other) =>
        one.Role == MemberRole.ClientOfficer || other.Role == MemberRole.ClientOfficer;

    private static void MustBeUnderReview(RefundRow row)
    {
        if (row.Refund.State != RefundState.UnderReview)
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.RefundNotUnderReview,
                $"The refund is {Text.Name(row.Refund.State)}; nobody has to find out what became of it.",
                ("state", Text.Name(row.Refund.State))
            );
        }
    }

    private static void MustHaveWords(Waiting waiting)
    {
        if (waiting.Row.Resolutions.Count(word => word.Person == waiting.Caller.Subject) >= WordsMax)
        {
            throw new Refusal(
                StatusCode.ResourceExhausted,
                Errors.ReviewExhausted,
                $"The caller has said {WordsMax} times what became of it; somebody else has to look.",
                ("limit", $"{WordsMax}")
            );
        }
    }

    /// <summary>What a list does not show yet is not known to be undone.</summary>
    private static async Task MustBeLate(Tx tx, Refund refund)
    {
        if (await AttemptTable.LastSent(tx, refund.RefundId) + PaymentComparison.ListDelay is { } from && from > tx.Now)
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.ReviewTooEarly,
                "It was sent a moment ago and may show late in the gateway's list: look again from the time named.",
                ("from_time", from.ToString("O"))
            );
        }
    }

    /// <summary>One cancel is one refund of ours or one past us. What settles touches no budget, which would have to be
    /// locked before the payment.</summary>
    private static async Task MustBeNew(Tx tx, Refund refund, string transactionKey)
    {
        if (refund.PaymentId is not { } paymentId)
        {
            return;
        }
        await PaymentTable.Locked(tx, paymentId);
        if (await ExternalRefundTable.Knows(tx, transactionKey))
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.TransactionKnown,
                "The books have that transaction already, as another refund or as one that was made past us.",
                ("gateway_transaction_key", transactionKey)
            );
        }
    }

    private static async Task AskOnceMore(Tx tx, PaymentRow? payment)
    {
        if (payment is not null)
        {
            await RereadTable.Want(tx, payment.GatewayPaymentKey);
            tx.Wake(SettleRefunds.Job);
        }
    }

    private static async Task<V1.Refund> Saved(Tx tx, RefundRow row, Refund after)
    {
        await RefundWrites.Step(tx, row, after);
        return RefundWire.Of(row with { Refund = after });
    }
}

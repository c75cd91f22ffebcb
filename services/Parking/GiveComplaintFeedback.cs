using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>The reporter says whether the answer helped: once for each answer.</summary>
public static class GiveComplaintFeedback
{
    public static Task<TrackedComplaint> Handle(GiveComplaintFeedbackRequest request, Call call, ParkingKeys keys)
    {
        var check = new Check(call);
        check.RequestId(request.RequestId);
        check.That(request.Feedback is not null, "feedback", "must be set");
        var said = request.Feedback ?? new ComplaintFeedback();
        check.Known(said.Verdict, "feedback.verdict");
        check.Text(said.Text, "feedback.text", 0, Limits.TextLength);
        check.Done();
        return TrackedOnce.ByCode(
            call,
            keys,
            WithoutOutput(request),
            request.TrackingCode,
            request.RequestId,
            async (tx, complaint, now) =>
            {
                if (complaint.State is not (ComplaintState.Resolved or ComplaintState.Rejected))
                {
                    throw new Refusal(
                        StatusCode.FailedPrecondition,
                        Errors.ComplaintNotAnswered,
                        "There is no answer yet of which something could be said."
                    );
                }

                await Keep(tx, complaint, said);
                var after = complaint.Changed(now);
                await ComplaintTable.Save(tx, after);
                return after;
            }
        );
    }

    private static async Task Keep(Tx tx, Complaint complaint, ComplaintFeedback said)
    {
        var kept = await tx.Execute(
            """
            INSERT INTO feedback (client_id, complaint_id, answer, verdict, text, create_time)
            VALUES (@ClientId, @Id, @AnswerCount, @Verdict, @Text, @Now)
            ON CONFLICT (client_id, complaint_id, answer) DO NOTHING
            """,
            new
            {
                tx.ClientId,
                complaint.Id,
                complaint.AnswerCount,
                said.Verdict,
                said.Text,
                tx.Now,
            }
        );
        if (kept == 0)
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.FeedbackGiven,
                "The reporter has said already what it thinks of this answer."
            );
        }
    }

    /// <summary>Output only fields are ignored, in repeats too.</summary>
    private static GiveComplaintFeedbackRequest WithoutOutput(GiveComplaintFeedbackRequest request)
    {
        var asked = request.Clone();
        asked.Feedback.CreateTime = null;
        return asked;
    }
}

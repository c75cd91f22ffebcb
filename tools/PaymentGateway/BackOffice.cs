namespace Mobility.PaymentGateway;

/// <summary>
/// One act of the operator's back office, a line of back-office.jsonl. Kind is the last part of the path; Subject is
/// the rider, ride or vehicle; Value is the won that a coupon, a pass or a waived fee is worth and absent for the
/// others.
/// </summary>
public sealed record BackOfficeLine(
    string Id,
    string Kind,
    string IdempotencyKey,
    string BodyHash,
    string Subject,
    long? Value,
    string Reason,
    DateTimeOffset At
);

/// <summary>The operator's own system, as far as support asks it to act: each act once per our key, for good.</summary>
public sealed class BackOffice
{
    private readonly Lock gate = new();
    private readonly Journal<BackOfficeLine> journal;
    private readonly TimeProvider clock;
    private readonly Dictionary<(string Kind, string Key), BackOfficeLine> byKey = [];
    private readonly HashSet<string> endedRides = new(StringComparer.Ordinal);
    private readonly List<BackOfficeLine> lines = [];

    public BackOffice(Journal<BackOfficeLine> journal, TimeProvider clock)
    {
        this.journal = journal;
        this.clock = clock;
        foreach (var line in journal.Lines)
        {
            Apply(line);
        }
    }

    /// <summary>As much as a payment here may be.</summary>
    private const long MaxValue = 10_000_000;

    public static bool Knows(string kind) =>
        kind is "coupons" or "ride-passes" or "fee-waivers" or "ride-ends" or "vehicle-locks";

    /// <summary>The field of the body that names whom or what the act is about.</summary>
    public static string SubjectField(string kind) =>
        kind switch
        {
            "coupons" or "ride-passes" => "rider",
            "fee-waivers" or "ride-ends" => "ride",
            _ => "vehicle",
        };

    public Reply Act(string kind, string key, RequestBody body)
    {
        var subject = body.Text(SubjectField(kind), 200);
        var worth = kind is "coupons" or "ride-passes" or "fee-waivers";
        var value = worth ? body.RequiredAmount("amount", MaxValue) : (long?)null;
        var reason = body.Text("reason", 200);
        if (body.Violations.Count > 0)
        {
            return Reply.Refuse("INVALID_REQUEST", string.Join("; ", body.Violations));
        }
        lock (gate)
        {
            if (byKey.TryGetValue((kind, key), out var known))
            {
                return known.BodyHash == body.Hash
                    ? Reply.Ok(View(known))
                    : Reply.Refuse("INVALID_IDEMPOTENCY_KEY", "이미 다른 요청에 사용된 멱등키입니다.");
            }
            if (kind == "ride-ends" && endedRides.Contains(subject))
            {
                return Reply.Refuse("RIDE_ALREADY_ENDED");
            }
            var now = clock.GetUtcNow();
            var id = Guid.CreateVersion7(now).ToString();
            var line = new BackOfficeLine(id, kind, key, body.Hash, subject, value, reason, now);
            journal.Append(line);
            Apply(line);
            return Reply.Ok(View(line));
        }
    }

    /// <summary>What was done under the key.</summary>
    public Reply Query(string kind, string key)
    {
        lock (gate)
        {
            return byKey.TryGetValue((kind, key), out var line) ? Reply.Ok(View(line)) : Reply.Refuse("ACT_NOT_FOUND");
        }
    }

    public object Ledger()
    {
        lock (gate)
        {
            return new { entries = lines.ConvertAll(View), total = lines.Count };
        }
    }

    private static object View(BackOfficeLine line) =>
        new
        {
            id = line.Id,
            kind = line.Kind,
            idempotencyKey = line.IdempotencyKey,
            subject = line.Subject,
            value = line.Value,
            reason = line.Reason,
            at = line.At,
        };

    private void Apply(BackOfficeLine line)
    {
        lines.Add(line);
        byKey[(line.Kind, line.IdempotencyKey)] = line;
        if (line.Kind == "ride-ends")
        {
            endedRides.Add(line.Subject);
        }
    }
}

using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;
using Enum = System.Enum;

namespace Mobility.Refunds;

/// <summary>Lists who refunded to which customer again and again in a period, most money first.</summary>
public static class ListRefundPairs
{
    /// <summary>One refund to a customer is nothing to look at.</summary>
    private const int CountDefault = 2;
    private const int CountMax = 1_000_000;

    private static readonly string[] Counted =
    [
        .. Enum.GetValues<RefundState>()
            .Where(state => RefundFlow.Holds(state) || state == RefundState.Settled)
            .Select(state => state.ToString()),
    ];

    /// <summary>As long as a delegation may last; every refund of the period is read.</summary>
    private static readonly TimeSpan PeriodMax = TimeSpan.FromDays(366);

    public static async Task<ListRefundPairsResponse> Handle(ListRefundPairsRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var size = PageToken.Size(request.PageSize, check);
        var question = request.Clone();
        question.PageSize = 0;
        question.PageToken = "";
        var after = RefundPairKey.Read(request.PageToken, question, check);
        var start = check.Time(request.StartTime, "start_time", required: true) ?? default;
        var end = check.Time(request.EndTime, "end_time", required: true) ?? default;
        check.That(start < end && end - start <= PeriodMax, "end_time", "must be at most 366 days after start_time");
        check.That(request.MinCount is >= 0 and <= CountMax, "min_count", $"must be 0 to {CountMax}");
        check.Done();
        var least = request.MinCount == 0 ? CountDefault : request.MinCount;
        // One more than asked for tells whether there is another page.
        var rows = await call.Read(client.Id, tx => Page(tx, start, end, least, after, size + 1));
        var page = new ListRefundPairsResponse();
        page.RefundPairs.AddRange(rows.Take(size).Select(row => Wire(client, row)));
        page.NextPageToken = rows.Count > size ? RefundPairKey.Of(rows[size - 1]).Write(question) : "";
        return page;
    }

    // The share is of all that the person refunded, pairs that are not listed included.
    private static Task<IReadOnlyList<RefundPairRow>> Page(
        Tx tx,
        DateTimeOffset start,
        DateTimeOffset end,
        int least,
        RefundPairKey? after,
        int limit
    ) =>
        tx.List<RefundPairRow>(
            """
            WITH pair AS (
                SELECT requested_by, customer_id, count(*) AS count, sum(amount)::bigint AS amount,
                    min(create_time) AS first_time, max(create_time) AS last_time,
                    (sum(sum(amount)) OVER (PARTITION BY requested_by))::bigint AS amount_in_all
                FROM refund
                WHERE client_id = @ClientId AND create_time >= @start AND create_time < @end AND actor <> 'System'
                    AND payment_id IS NOT NULL AND customer_id IS NOT NULL AND state = ANY(@States)
                GROUP BY requested_by, customer_id
            )
            SELECT requested_by, customer_id, count, amount, first_time, last_time, amount_in_all
            FROM pair
            WHERE count >= @least
                AND (@AfterAmount::bigint IS NULL OR amount < @AfterAmount
                    OR (amount = @AfterAmount AND (requested_by, customer_id) > (@AfterPerson, @AfterCustomer::uuid)))
            ORDER BY amount DESC, requested_by, customer_id LIMIT @limit
            """,
            new
            {
                tx.ClientId,
                start,
                end,
                least,
                limit,
                States = Counted,
                AfterAmount = after?.Amount,
                AfterPerson = after?.Person ?? "",
                AfterCustomer = after?.CustomerId,
            }
        );

    private static RefundPair Wire(ClientProfile client, RefundPairRow row) =>
        new()
        {
            RequestedBy = row.RequestedBy,
            Customer = new ResourceName(client.Id, "riders", row.CustomerId).ToString(),
            RefundCount = row.Count,
            Amount = new Money(row.Amount, client.Currency).ToWire(),
            ShareBasisPoints = (int)(row.Amount * (Int128)10_000 / row.AmountInAll),
            FirstTime = row.FirstTime.ToTimestamp(),
            LastTime = row.LastTime.ToTimestamp(),
        };
}

/// <summary>What one person refunded to one customer; amounts in minor units.</summary>
public sealed record RefundPairRow
{
    public required string RequestedBy { get; init; }
    public required Guid CustomerId { get; init; }
    public required long Count { get; init; }
    public required long Amount { get; init; }
    public required DateTimeOffset FirstTime { get; init; }
    public required DateTimeOffset LastTime { get; init; }

    /// <summary>What the person refunded to all customers; above 0.</summary>
    public required long AmountInAll { get; init; }
}

/// <summary>The pair that a page ended with.</summary>
public sealed record RefundPairKey(long Amount, string Person, Guid CustomerId)
{
    private const int Parts = 3;

    public static RefundPairKey Of(RefundPairRow row) => new(row.Amount, row.RequestedBy, row.CustomerId);

    /// <summary>Null on the first page; a forged token may hold anything and is a violation.</summary>
    public static RefundPairKey? Read(string token, ListRefundPairsRequest question, Check check)
    {
        if (PageToken.Read(token, question, Parts, check) is not { } keys)
        {
            return null;
        }
        var right =
            long.TryParse(keys[0], NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            & ResourceName.TryParseTop(keys[1], "people", out _)
            & Guid.TryParse(keys[2], out var customer);
        check.That(right, "page_token", "must come from the page before, with all other arguments the same");
        return right ? new RefundPairKey(amount, keys[1], customer) : null;
    }

    public string Write(ListRefundPairsRequest question) =>
        PageToken.Write(question, Amount.ToString(CultureInfo.InvariantCulture), Person, CustomerId.ToString());
}

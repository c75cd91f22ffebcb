using Mobility.Refunds.V1;
using static Mobility.Launcher.WeekendDeed;

namespace Mobility.Launcher;

/// <summary>What customers want of the agents on each day.</summary>
internal static class WeekendAsks
{
    private const string Waiting = "AWAITING_APPROVAL";
    private const int Saturday = 150;

    /// <summary>Sunday's, but for the one of the lone agent's scene.</summary>
    private const int Sunday = 109;

    public static IReadOnlyList<Ask> OfSaturday(Dice dice, IEnumerable<CutShort> cutShorts) =>
        Filled(
            dice,
            Saturday,
            [
                .. cutShorts.Select(Cut),
                .. Refused(dice, exceeds: 3, contradicts: 4, old: 3, cash: 3, ranAfterAll: 3),
                .. BackOffice(dice, coupons: 5, passes: 3, waivers: 3, ends: 2, locks: 2),
                .. Regular("regular-1"),
                .. Regular("regular-2"),
                Middle(16_000, Settled("lead", 15)),
                Middle(24_000, Settled("lead", 30)),
                Middle(19_000, new Answer(DeclineRefund, "lead", 30, "DECLINED")),
                Middle(13_000, new Answer(WithdrawRefund, "", 15, "WITHDRAWN")),
                // The stop finds it waiting.
                Middle(21_000, Refusal(15, "agent-2", "PERMISSION_DENIED")),
                // Agent, lead, officer: the agent may not agree, nobody twice, and only to what was asked for.
                Large(
                    45_000,
                    Refusal(5, "", "PERMISSION_DENIED"),
                    Refusal(10, "lead", "APPROVAL_OF_ANOTHER_REQUEST") with
                    {
                        Altered = true,
                    },
                    new Answer(ApproveRefund, "lead", 15, Waiting),
                    Refusal(20, "lead", "APPROVAL_USED"),
                    Settled("officer", 45)
                ),
                Large(
                    60_000,
                    new Answer(ApproveRefund, "lead", 15, Waiting),
                    new Answer(DeclineRefund, "officer", 30, "DECLINED")
                ),
            ]
        );

    public static IReadOnlyList<Ask> OfSunday(Dice dice, IEnumerable<CutShort> cutShorts) =>
        Filled(
            dice,
            Sunday,
            [
                .. cutShorts.Select(Cut),
                .. Refused(dice, exceeds: 3, contradicts: 4, old: 2, cash: 3, ranAfterAll: 2),
                .. BackOffice(dice, coupons: 5, passes: 3, waivers: 3, ends: 1, locks: 1),
                .. Regular("regular-3"),
                Middle(15_000, Settled("deputy", 30)),
                // Nobody answers within a day.
                Middle(18_000, new Answer(LetRefundExpire, "", 0, "EXPIRED")),
            ]
        );

    /// <summary>A small amount that every agent may give back.</summary>
    public static Ask Small(Dice dice) =>
        new(RefundAction.CardRefund, dice.Pick<string>(["OVERCHARGED", "DOUBLE_CHARGED"]), dice.Won(700, 2_600))
        {
            IsPlain = true,
        };

    private static IReadOnlyList<Ask> Filled(Dice dice, int count, IReadOnlyList<Ask> special) =>
        [.. special, .. Enumerable.Range(0, count - special.Count).Select(_ => Small(dice))];

    private static Ask Cut(CutShort cut) =>
        new(RefundAction.CardRefund, "RIDE_CUT_SHORT", cut.Ride.Won) { CutShort = cut };

    private static Ask Middle(long won, params IReadOnlyList<Answer> answers) =>
        new(RefundAction.CardRefund, "OVERCHARGED", won) { Answers = answers };

    private static Ask Large(long won, params IReadOnlyList<Answer> answers) => Middle(won, answers);

    private static Answer Settled(string who, int after) => new(ApproveRefund, who, after, "SETTLED");

    private static Answer Refusal(int after, string who, string reason) =>
        new(ApproveRefund, who, after, Waiting) { Error = reason };

    private static IEnumerable<Ask> Refused(
        Dice dice,
        int exceeds,
        int contradicts,
        int old,
        int cash,
        int ranAfterAll
    ) =>
        [
            .. Many(exceeds, () => Card("OVERCHARGED", 4_000, "AMOUNT_EXCEEDS_PAYMENT") with { Paid = 3_000 }),
            .. Many(contradicts, () => Card("UNLOCK_FAILED", dice.Won(900, 2_000), "RIDE_RECORD_CONTRADICTS")),
            .. Many(old, () => Card("OVERCHARGED", 1_500, "RIDE_TOO_OLD") with { Began = 8 * 1440 }),
            .. Many(cash, () => Card("GOODWILL", 2_000, "FORBIDDEN")),
            .. Many(ranAfterAll, () => Card("UNLOCK_FAILED", 1_800, "RIDE_RECORD_CONTRADICTS")),
        ];

    private static Ask Card(string reason, long won, string refused) =>
        new(RefundAction.CardRefund, reason, won, refused);

    private static IEnumerable<Ask> BackOffice(Dice dice, int coupons, int passes, int waivers, int ends, int locks) =>
        [
            .. Many(coupons, () => new Ask(RefundAction.Coupon, "GOODWILL", dice.Won(1_000, 3_000))),
            .. Many(passes, () => new Ask(RefundAction.RidePass, "GOODWILL", 3_000)),
            .. Many(waivers, () => new Ask(RefundAction.FeeWaiver, "GOODWILL", 1_000)),
            .. Many(ends, () => new Ask(RefundAction.EndRide, "GOODWILL", 0) { Runs = true }),
            .. Many(locks, () => new Ask(RefundAction.LockVehicle, "GOODWILL", 0)),
        ];

    private static IEnumerable<Ask> Many(int count, Func<Ask> make) => Enumerable.Range(0, count).Select(_ => make());

    /// <summary>A customer who comes four times in a week: three times are allowed.</summary>
    private static IEnumerable<Ask> Regular(string rider) =>
        Enumerable.Range(0, 4).Select(_ => new Ask(RefundAction.CardRefund, "OVERCHARGED", 1_100) { Rider = rider });
}

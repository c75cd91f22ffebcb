using FsCheck;
using FsCheck.Fluent;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class VatTests
{
    /// <summary>A payment and the parts in which it is paid back whole, one won among them.</summary>
    private static readonly Gen<long[]> AnySplit =
        from few in Gen.ArrayOf(Gen.Choose(1, 30), 12)
        from many in Gen.ArrayOf(Gen.Choose(1, 900_000), 4)
        from parts in Gen.Shuffle(few.Concat(many).Select(part => (long)part))
        select parts;

    [Theory]
    [InlineData(15_000, 13_636, 1_364)] // the gateway's published example
    [InlineData(11_000, 10_000, 1_000)]
    [InlineData(10_000_000, 9_090_909, 909_091)]
    [InlineData(100, 91, 9)]
    [InlineData(6, 5, 1)]
    [InlineData(5, 5, 0)]
    [InlineData(0, 0, 0)]
    public void The_tax_is_an_eleventh_to_the_nearest_won(long paid, long supply, long tax)
    {
        Assert.Equal(tax, Vat.Of(paid));
        Assert.Equal(supply, paid - Vat.Of(paid));
    }

    [Fact]
    public void The_parts_of_any_split_sum_to_the_tax_of_the_whole_and_each_is_within_a_won_of_exact() =>
        Prop.ForAll(
                Arb.From(AnySplit),
                parts =>
                {
                    var (whole, before, sum) = (parts.Sum(), 0L, 0L);
                    foreach (var part in parts)
                    {
                        var tax = Vat.Part(whole, before, part);
                        // Within one won, said in elevenths of a won: no rounding in the test.
                        if (Math.Abs((tax * 11) - part) > 11 || tax < 0 || tax > part)
                        {
                            return false;
                        }
                        (before, sum) = (before + part, sum + tax);
                    }
                    return sum == Vat.Of(whole);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Won_by_won_a_payment_of_the_example_gives_back_its_tax_exactly() =>
        Assert.Equal(1_364, Enumerable.Range(0, 15_000).Sum(before => Vat.Part(15_000, before, 1)));

    [Fact]
    public void What_lies_beyond_the_captured_amount_carries_no_tax()
    {
        Assert.Equal(1, Vat.Part(15_000, 14_990, 100));
        Assert.Equal(0, Vat.Part(15_000, 15_000, 100));
    }

    [Fact]
    public async Task Three_refunds_of_a_payment_carry_its_tax_between_them_and_the_event_says_so()
    {
        await using var house = await Open();
        await house.Grant(asked => asked.Clauses[0].MaxAmount = Won(15_000));
        var payment = await house.Pay(15_000);
        var taxes = new List<long>();

        foreach (var won in (long[])[5_000, 5_000, 5_000])
        {
            var asked = await house.Ask(payment, won);
            Assert.Null(asked.VatAmount);
            var settled = await house.Until(asked.Name, RefundState.Settled);
            taxes.Add(settled.VatAmount.Units);
            var (type, data) = (await house.Service.Events())[^1];
            Assert.Equal(RefundSettled.Descriptor.FullName, type);
            Assert.Equal(
                settled.VatAmount,
                Google.Protobuf.JsonParser.Default.Parse<RefundSettled>(data).Refund.VatAmount
            );
        }

        Assert.Equal([455L, 454L, 455L], taxes);
        Assert.Equal(Vat.Of(15_000), taxes.Sum());
    }

    [Fact]
    public async Task A_coupon_is_no_money_back_and_carries_none_and_shifts_none()
    {
        await using var house = await OpenWithEveryAction();
        var payment = await house.Pay(10_000);
        var coupon = await house.Rpc.CreateRefundAsync(
            Compensating(payment, RefundAction.Coupon, 3_000),
            house.AsAgent
        );
        Assert.Null((await house.Until(coupon.Name, RefundState.Settled)).VatAmount);

        var refund = await house.Ask(payment, 7_000);

        Assert.Equal(Won(Vat.Of(7_000)), (await house.Until(refund.Name, RefundState.Settled)).VatAmount);
    }
}

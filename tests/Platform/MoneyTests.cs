using FsCheck;
using FsCheck.Fluent;
using Mobility.Platform.Rpc;
using Xunit;
using Wire = Mobility.Type.V1.Money;

namespace Mobility.Tests.Platform;

public sealed class MoneyTests
{
    [Fact]
    public void Every_whole_amount_survives_the_wire() =>
        Prop.ForAll(
                Gen.Choose(-1_000_000_000, 1_000_000_000).ToArbitrary(),
                Gen.Elements("KRW", "USD").ToArbitrary(),
                (minor, currency) =>
                {
                    var money = new Money(minor, currency);
                    return Money.TryRead(money.ToWire(), out var back) && back == money;
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("KRW", 1, 1)]
    [InlineData("KRW", 0, 500_000_000)]
    [InlineData("USD", 0, 5_000_000)]
    [InlineData("USD", 1, -10_000_000)]
    [InlineData("USD", 1, 1_000_000_000)]
    [InlineData("KRW", long.MaxValue, 0)]
    [InlineData("KRW", long.MinValue, 0)]
    [InlineData("USD", 0, int.MinValue)]
    [InlineData("XXX", 1, 0)]
    [InlineData("", 1, 0)]
    public void What_is_no_whole_bounded_amount_of_a_known_currency_is_not_read(
        string currency,
        long units,
        int nanos
    ) =>
        Assert.False(
            Money.TryRead(
                new Wire
                {
                    CurrencyCode = currency,
                    Units = units,
                    Nanos = nanos,
                },
                out _
            )
        );

    [Theory]
    [InlineData("KRW", 15_000, 0, 15_000)]
    [InlineData("USD", 12, 340_000_000, 1_234)]
    [InlineData("USD", -12, -340_000_000, -1_234)]
    public void Units_and_nanos_come_out_in_minor_units(string currency, long units, int nanos, long minor)
    {
        var wire = new Wire
        {
            CurrencyCode = currency,
            Units = units,
            Nanos = nanos,
        };
        Assert.True(Money.TryRead(wire, out var money));
        Assert.Equal(new Money(minor, currency), money);
    }
}

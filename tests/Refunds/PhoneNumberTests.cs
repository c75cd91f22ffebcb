using Mobility.Refunds;
using Xunit;

namespace Mobility.Tests.Refunds;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("+821012345678")]
    [InlineData("+82 10-1234-5678")]
    [InlineData("+82 (0)10 1234 5678")]
    [InlineData("+82 010.1234.5678")]
    public void However_a_number_is_typed_it_is_the_same_one(string typed) =>
        Assert.Equal("821012345678", PhoneNumber.Digits(typed));

    [Theory]
    [InlineData("+49 30 123456", "4930123456")]
    [InlineData("+1 202 555 0123", "12025550123")]
    [InlineData("+12345678", "12345678")]
    [InlineData("+123456789012345", "123456789012345")]
    public void A_number_of_another_country_is_left_as_it_is(string typed, string digits) =>
        Assert.Equal(digits, PhoneNumber.Digits(typed));

    [Theory]
    [InlineData("")]
    [InlineData("010-1234-5678")]
    [InlineData("821012345678")]
    [InlineData("+")]
    [InlineData("+1234567")]
    [InlineData("+1234567890123456")]
    [InlineData("+01012345678")]
    [InlineData("+82 10-1234-567x")]
    [InlineData("+82+1012345678")]
    [InlineData("+８２１０１２３４５６７８")]
    [InlineData("+82 10-1234-5678                            ")]
    public void What_is_no_international_number_is_none(string typed) => Assert.Null(PhoneNumber.Digits(typed));
}

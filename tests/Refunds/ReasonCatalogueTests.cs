using System.Text;
using System.Text.Json;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;

namespace Mobility.Tests.Refunds;

public sealed class ReasonCatalogueTests
{
    [Fact]
    public void The_catalogue_of_this_build_names_its_version_and_hash() =>
        Assert.Matches("^2:[0-9a-f]{64}$", ReasonCatalogue.Current.Version);

    [Fact]
    public void Every_reason_has_a_name_in_both_languages() =>
        Assert.All(
            ReasonCatalogue.Current.Reasons,
            reason =>
            {
                Assert.Equal(["en", "ko"], reason.Name.Keys.Order());
                Assert.All(reason.Name.Values, name => Assert.False(string.IsNullOrWhiteSpace(name)));
                Assert.Matches("^[A-Z][A-Z_]{1,63}$", reason.Code);
                Assert.True(Enum.IsDefined(reason.LegalCharacter));
            }
        );

    [Fact]
    public void Only_a_failed_unlock_is_refunded_without_anybody_asking_and_needs_the_record()
    {
        var reason = ReasonCatalogue.Current.AutomaticFor("UNLOCK_FAILED");

        Assert.Equal("UNLOCK_FAILED", reason?.Code);
        Assert.Contains(Evidence.RideNeverRan, reason!.Evidence);
        Assert.Null(ReasonCatalogue.Current.AutomaticFor("BRAKE_FAILURE"));
        Assert.Single(ReasonCatalogue.Current.Reasons, one => !one.AutomaticForFaultCategories.IsEmpty);
    }

    [Theory]
    [InlineData("""{"version":"1"}""")]
    [InlineData("""{"version":"1","reasons":[{"code":"A"}]}""")]
    [InlineData("""{"version":"1","reasons":[{"code":"A","name":{},"legal_character":"NONE","evidence":[]}]}""")]
    [InlineData(
        """{"version":"1","reasons":[{"code":"A","name":{},"legal_character":"GOODWILL","evidence":["WORD"]}]}"""
    )]
    [InlineData("""{"version":"1","reasons":[],"more":1}""")]
    [InlineData(
        """
            {"version":"1","reasons":[{"code":"A","name":{},"legal_character":"GOODWILL","evidence":[]},
            {"code":"A","name":{},"legal_character":"GOODWILL","evidence":[]}]}
            """
    )]
    public void A_catalogue_of_another_shape_is_refused(string json) =>
        Assert.Throws<JsonException>(() => ReasonCatalogue.Read(Encoding.UTF8.GetBytes(json)));
}

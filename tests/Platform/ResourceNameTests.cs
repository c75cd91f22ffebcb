using Mobility.Platform.Rpc;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class ResourceNameTests
{
    private const string Id = "0190a6c0-0000-7000-8000-00000000000a";

    [Fact]
    public void A_name_reads_back_as_it_was_written()
    {
        var name = new ResourceName("gangneung-kick", "faults", Guid.Parse(Id));
        Assert.Equal($"clients/gangneung-kick/faults/{Id}", name.ToString());
        Assert.True(ResourceName.TryParse(name.ToString(), "faults", out var back));
        Assert.Equal(name, back);
    }

    [Theory]
    [InlineData("")]
    [InlineData("faults/" + Id)]
    [InlineData("clients/gangneung-kick/vehicles/" + Id)]
    [InlineData("clients/Gangneung/faults/" + Id)]
    [InlineData("clients/gk/faults/" + Id)]
    [InlineData("clients/gangneung-kick/faults/0190A6C0-0000-7000-8000-00000000000A")]
    [InlineData("clients/gangneung-kick/faults/0190a6c0000070008000000000000000a")]
    [InlineData("clients/gangneung-kick/faults/" + Id + "/")]
    [InlineData("clients/gangneung-kick/faults/" + Id + "\n")]
    [InlineData("clients/*/faults/" + Id)]
    public void Anything_else_is_no_name_of_a_fault(string text) =>
        Assert.False(ResourceName.TryParse(text, "faults", out _));

    [Theory]
    [InlineData("clients/gangneung-kick", "gangneung-kick")]
    [InlineData("clients/gangneung-kick/faults/x", "gangneung-kick")]
    [InlineData("clients/*", null)]
    [InlineData("vendors/haenam", null)]
    [InlineData("", null)]
    public void The_client_of_a_parent_or_a_name_is_its_second_part(string text, string? client) =>
        Assert.Equal(client, ResourceName.ClientOf(text));
}

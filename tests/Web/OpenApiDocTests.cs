using System.Text.Json.Nodes;
using Mobility.Tests.Tidy;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>docs/openapi.json is made from the routes and the protos, so it can never say something else.</summary>
public sealed class OpenApiDocTests
{
    private const string Doc = "docs/openapi.json";

    /// <summary>Set to 1, it makes the test write the document instead of comparing it.</summary>
    private const string Switch = "MOBILITY_WRITE_DOCS";

    [Fact]
    public async Task The_document_says_what_the_routes_do()
    {
        var text = await Served();
        if (Environment.GetEnvironmentVariable(Switch) == "1")
        {
            await File.WriteAllTextAsync(Checkout.At(Doc), text);
        }
        var present = File.Exists(Checkout.At(Doc)) ? await File.ReadAllTextAsync(Checkout.At(Doc)) : "";
        Assert.True(
            text == present,
            $"{Doc} is not what the routes say. Write it: {Switch}=1 dotnet test tests --filter {GetType().Name}"
        );
    }

    [Fact]
    public async Task Every_operation_has_a_reply_an_error_and_where_it_changes_something_a_key()
    {
        var paths = JsonNode.Parse(await Served())!["paths"]!.AsObject();
        Assert.True(paths.Count >= 11, $"{paths.Count} paths");
        foreach (var (path, methods) in paths)
        {
            foreach (var (method, operation) in methods!.AsObject())
            {
                var what = $"{method} {path}";
                Assert.True(operation!["responses"]!["200"] is not null, what);
                Assert.True(operation["responses"]!["default"] is not null, what);
                Assert.False(string.IsNullOrEmpty((string?)operation["summary"]), what);
                Assert.Equal(method == "get", operation["requestBody"] is null);
            }
        }
        var create = paths["/api/v1/clients/{client}/complaints"]!["post"]!;
        Assert.Contains(
            create["parameters"]!.AsArray(),
            p => (string?)p!["name"] == "Idempotency-Key" && (bool?)p["required"] == true
        );
        Assert.Null(create["security"]);
        Assert.NotNull(paths["/api/v1/clients/{client}/faults"]!["post"]!["security"]);
    }

    private static async Task<string> Served()
    {
        await using var house = await WebHouse.Start();
        using var visitor = house.Visit();
        var text = (await visitor.Get("/api/v1/openapi.json")).Html;
        return text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
    }
}

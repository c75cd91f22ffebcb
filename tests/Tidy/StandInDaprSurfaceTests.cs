using System.Reflection;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>The Dapr stand-ins offer exactly what dapr-api.txt takes from the official SDK.</summary>
public sealed class StandInDaprSurfaceTests
{
    [Fact]
    public void The_surface_is_the_list()
    {
        var surface = new[] { "Dapr.Client", "Dapr.AspNetCore" }
            .SelectMany(name => Assembly.Load(name).GetExportedTypes())
            .SelectMany(StandInDeclarations.Of)
            .ToHashSet(StringComparer.Ordinal);
        var listed = Listed().ToHashSet(StringComparer.Ordinal);

        var different = surface
            .Except(listed)
            .Select(line => $"not in the list: {line}")
            .Concat(listed.Except(surface).Select(line => $"not in the stand-ins: {line}"))
            .ToArray();
        Assert.True(different.Length == 0, string.Join('\n', different));
    }

    [Fact]
    public void A_surface_beyond_the_list_is_found()
    {
        Assert.Equal(
            [
                "Mobility.Tests.Tidy.StandInDaprSample: StandInDaprSample()",
                "Mobility.Tests.Tidy.StandInDaprSample: string Name { get; }",
                "Mobility.Tests.Tidy.StandInDaprSample: void Dispose()",
                "Mobility.Tests.Tidy.StandInDaprSample: void Use(int[] numbers, string text = \"x\")",
                "Mobility.Tests.Tidy: class StandInDaprSample : IDisposable",
            ],
            StandInDeclarations.Of(typeof(StandInDaprSample)).Except(Listed()).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Another_default_or_parameter_name_is_another_line()
    {
        var lines = typeof(StandInDaprVariants)
            .GetNestedTypes()
            .Select(variant =>
                StandInDeclarations.Of(variant).Single(line => line.Contains("Check", StringComparison.Ordinal))
            )
            .Select(line => line.Split(": ")[1]);

        Assert.Equal(3, lines.Distinct(StringComparer.Ordinal).Count());
    }

    private static IEnumerable<string> Listed()
    {
        var (scope, type) = ("", "");
        foreach (var line in StandInList.Lines("dapr-api.txt"))
        {
            if (line.StartsWith("namespace ", StringComparison.Ordinal))
            {
                scope = line.Split(' ')[1];
            }
            else if (line[0] == ' ')
            {
                yield return $"{scope}.{type}: {line.Trim()}";
            }
            else
            {
                type = line.Split(" class ")[^1].Split(" : ")[0].Replace("class ", "", StringComparison.Ordinal);
                yield return $"{scope}: {line}";
            }
        }
    }
}

/// <summary>A surface that no list allows.</summary>
public class StandInDaprSample : IDisposable
{
    public string Name { get; private set; } = "";

    public void Use(int[] numbers, string text = "x") => Name = $"{text}{numbers.Length}";

    public void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>One method, declared in three ways.</summary>
public static class StandInDaprVariants
{
    public interface IFirst
    {
        void Check(int first = 1);
    }

    public interface ISecond
    {
        void Check(int second = 1);
    }

    public interface IThird
    {
        void Check(int first = 2);
    }
}

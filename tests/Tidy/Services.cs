using System.Reflection;
using Mobility.Platform;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>Every service of the checkout, found by its folder, so that a new one is tested unnamed.</summary>
public static class Services
{
    /// <summary>Names of the services' folders; EquationTests finds one that has no page.</summary>
    public static IReadOnlyList<string> Folders { get; } =
    [
        .. Directory
            .GetDirectories(Checkout.At("services"))
            .Select(folder => Path.GetFileName(folder))
            .Where(name => File.Exists(Checkout.At($"services/{name}/{name}App.cs")))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The same, for theories.</summary>
    public static TheoryData<string> Names => [.. Folders];

    /// <summary>Those with RPCs and events: all but the pages that people see.</summary>
    public static IReadOnlyList<string> Behind { get; } = [.. Folders.Where(name => name != "Web")];

    /// <summary>The same, for theories.</summary>
    public static TheoryData<string> NamesBehind => [.. Behind];

    /// <summary>A new page of the service in that folder.</summary>
    public static ServiceApp App(string name)
    {
        var app = Assembly
            .Load($"Mobility.{name}")
            .GetTypes()
            .Single(type => type.IsSubclassOf(typeof(ServiceApp)) && !type.IsAbstract);
        return (ServiceApp)Activator.CreateInstance(app)!;
    }
}

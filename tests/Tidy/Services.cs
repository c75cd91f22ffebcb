using System.Reflection;
using Mobility.Platform;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>Every service of the checkout, found by its folder, so that a new one is tested without being
/// named.</summary>
public static class Services
{
    /// <summary>Names of the services' folders, for theories.</summary>
    public static TheoryData<string> Names =>
        [
            .. Directory
                .GetFiles(Repository.At("services"), "Program.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!))
                .Where(name => name is not ("Platform" or "Web"))
                .Order(StringComparer.Ordinal),
        ];

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

using System.Reflection;
using Xunit;

namespace Mobility.Tests.Support;

/// <summary>Tests that lists and documents name.</summary>
public static class NamedTest
{
    /// <summary>Is Namespace.Class.Method a test? A class may be named without its namespace.</summary>
    public static bool Exists(string name)
    {
        var dot = name.LastIndexOf('.');
        return typeof(NamedTest)
            .Assembly.GetTypes()
            .Where(type => type.FullName == name[..dot] || type.Name == name[..dot])
            .SelectMany(type => type.GetMethods())
            .Any(method => method.Name == name[(dot + 1)..] && method.GetCustomAttribute<FactAttribute>() is not null);
    }
}

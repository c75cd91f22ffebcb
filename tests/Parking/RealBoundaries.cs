using System.Runtime.CompilerServices;
using Mobility.Parking;
using Mobility.Tests.Support;

namespace Mobility.Tests.Parking;

/// <summary>Lets the services of this test run know the areas of both cities, where the files lie on this
/// machine.</summary>
internal static class RealBoundaries
{
    /// <summary>The setting's value; empty where the files are missing.</summary>
    public static string Paths { get; private set; } = "";

    [ModuleInitializer]
    internal static void Name()
    {
        string[] files = [.. new[] { "gangneung", "seoul" }.Select(c => RealData.At($"korea_boundaries/{c}.geojson"))];
        if (files.All(File.Exists))
        {
            Paths = string.Join(';', files);
            Environment.SetEnvironmentVariable(Boundaries.Setting, Paths);
        }
    }
}

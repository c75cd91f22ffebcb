using System.Reflection;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>
/// The gRPC stand-ins offer what the real assemblies and the generated code refer to, and beyond that only the short,
/// reasoned list in grpc-api.txt. So nothing can lean on a member that the official packages lack.
/// </summary>
public sealed class StandInSurfaceTests
{
    private static readonly HashSet<string> StandIns = ["Grpc.Core.Api", "Grpc.Net.Common"];
    private static readonly string[] RealAssemblies = ["Grpc.AspNetCore.Server", "Grpc.Net.Client"];
    private static readonly string[] Users = [.. RealAssemblies, "Mobility.Protos"];

    [Fact]
    public void The_surface_holds_nothing_beyond_what_is_referred_to_and_the_list() =>
        AssertNone(Surplus(Surface(), [.. Referred(Users), .. Listed()]));

    [Fact]
    public void Everything_that_is_referred_to_exists() => AssertNone(Surplus(Referred(Users), [.. Surface()]));

    [Fact]
    public void The_list_names_only_what_exists() => AssertNone(Surplus(Listed(), [.. Surface()]));

    [Fact]
    public void A_member_that_nobody_refers_to_is_found()
    {
        var tests = new StandInAssembly(PathOf("Mobility.Tests"));
        var sample = tests
            .Surface()
            .Where(line => line.Contains(nameof(StandInSurfaceSample), StringComparison.Ordinal));

        Assert.Equal(
            [
                "Mobility.Tests: Mobility.Tests.Tidy.StandInSurfaceSample",
                "Mobility.Tests: Mobility.Tests.Tidy.StandInSurfaceSample :: Int32 Field",
                "Mobility.Tests: Mobility.Tests.Tidy.StandInSurfaceSample :: String Extra<1>(M0, String[])",
                "Mobility.Tests: Mobility.Tests.Tidy.StandInSurfaceSample :: Void .ctor()",
            ],
            Surplus(sample, [.. Referred(Users), .. Listed()]).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_member_that_went_missing_is_found()
    {
        const string Needed = "Grpc.Core.Api: Grpc.Core.Metadata :: Int32 get_Count()";

        Assert.Equal([Needed], Surplus(Referred(Users), [.. Surface().Where(line => line != Needed)]));
    }

    [Theory]
    [InlineData("Grpc.Core.Api")]
    [InlineData("Grpc.Net.Common")]
    public void The_identity_is_the_one_that_the_real_assemblies_name(string name)
    {
        var identity = AssemblyName.GetAssemblyName(PathOf(name));
        var asked = RealAssemblies.Select(real =>
            Assembly.Load(real).GetReferencedAssemblies().Single(reference => reference.Name == name)
        );

        Assert.Equal("D754F35622E28BAD", Convert.ToHexString(identity.GetPublicKeyToken()!));
        Assert.All(asked, reference => Assert.Equal(identity.FullName, reference.FullName));
    }

    private static void AssertNone(string[] lines) => Assert.True(lines.Length == 0, string.Join('\n', lines));

    private static string[] Surplus(IEnumerable<string> surface, IReadOnlySet<string> allowed) =>
        [.. surface.Where(line => !allowed.Contains(line)).Distinct(StringComparer.Ordinal)];

    private static string[] Surplus(IEnumerable<string> surface, string[] allowed) =>
        Surplus(surface, allowed.ToHashSet(StringComparer.Ordinal));

    private static string[] Surface() => Read(StandIns, assembly => assembly.Surface());

    private static string[] Referred(IReadOnlyCollection<string> users)
    {
        // A real assembly would not load if an interface that it implements asked for more than the official one.
        var implemented = Read(users, assembly => assembly.Implemented(StandIns)).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Read(users, assembly => assembly.References(StandIns)).Where(line => !IsDelegateMember(line)),
            .. Read(StandIns, assembly => assembly.Obligations(implemented)),
        ];
    }

    private static bool IsDelegateMember(string line) =>
        line.Contains(" Invoke(", StringComparison.Ordinal)
        || line.Contains("(Object, IntPtr)", StringComparison.Ordinal);

    private static string[] Listed() => [.. StandInList.Lines("grpc-api.txt").Select(line => line.Trim())];

    private static string[] Read(IEnumerable<string> names, Func<StandInAssembly, IEnumerable<string>> lines)
    {
        var found = new List<string>();
        foreach (var name in names)
        {
            using var assembly = new StandInAssembly(PathOf(name));
            found.AddRange(lines(assembly));
        }
        return [.. found];
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, $"{name}.dll");
}

/// <summary>A surface that nothing allows.</summary>
public class StandInSurfaceSample
{
    public int Field;

    public string Extra<T>(T value, string[] texts) => $"{value}{Field}{texts.Length}";

    private protected void Hidden() => Field++;
}

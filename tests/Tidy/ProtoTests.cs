using System.Text.RegularExpressions;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>What buf does not check in the protos.</summary>
public sealed partial class ProtoTests
{
    private const string Service = "protos/mobility/faults/v1/faults_service.proto";
    private const string Events = "protos/mobility/faults/v1/faults_events.proto";

    [Fact]
    public void Every_field_says_how_it_behaves() => Rule.Holds(Behaviour);

    [Theory]
    [InlineData("message A {\n  // The name.\n  string name = 1;\n}", ":3: A.name")]
    [InlineData("message A {\n  string name = 1;\n}", ":2: A.name")]
    [InlineData("message A {\n  // Required name.\n  string name = 1;\n}", ":3: A.name")]
    [InlineData(
        "message A {\n  oneof b {\n    // Maybe.\n    repeated x.v1.Y c = 2 [deprecated = true];\n  }\n}",
        ":4: A.c"
    )]
    [InlineData("message A {\n  message B {\n    // A map.\n    map<string, int32> c = 2;\n  }\n}", ":4: B.c")]
    public void A_field_that_does_not_say_is_found(string text, string message) =>
        Rule.Finds(Behaviour, Service, text, message);

    [Theory]
    [InlineData("message A {\n  // Required. Format: clients/{client}.\n  string name = 1;\n}")]
    [InlineData("message A {\n  // Output only. A long\n  // sentence.\n  repeated B b = 1;\n}")]
    [InlineData("message A {\n  // Required for a permit. Who agrees.\n  Tier tier = 1;\n}")]
    [InlineData("// May it be ridden?\nenum State {\n  // Not set.\n  STATE_UNSPECIFIED = 0;\n}")]
    public void A_field_that_says_and_an_enum_are_accepted(string text) => Rule.Accepts(Behaviour, Service, text);

    [Fact]
    public void Events_hold_nothing_personal() => Rule.Holds(Personal);

    [Theory]
    [InlineData("string note")]
    [InlineData("string decision_note")]
    [InlineData("string phone_number")]
    [InlineData("string text")]
    [InlineData("bytes photo")]
    [InlineData("repeated string photos")]
    [InlineData("string contact")]
    [InlineData("string display_name")]
    [InlineData("string email")]
    [InlineData("mobility.type.v1.LatLng reporter_position")]
    public void A_personal_field_in_an_event_is_found(string field)
    {
        Rule.Finds(Personal, Events, $"message A {{\n  // Required. It.\n  {field} = 1;\n}}", "personal");
        Rule.Accepts(Personal, Service, $"message A {{\n  // Required. It.\n  {field} = 1;\n}}");
    }

    [Fact]
    public void An_event_may_say_where_a_vehicle_is() =>
        Rule.Accepts(Personal, Events, "message A {\n  // It.\n  mobility.type.v1.LatLng vehicle_position = 1;\n}");

    [Fact]
    public void Money_never_floats() => Rule.Holds(Floating);

    [Theory]
    [InlineData(Service, "message A {\n  // Required. It.\n  double amount = 1;\n}")]
    [InlineData(Events, "message A {\n  // Required. It.\n  float won_total = 1;\n}")]
    [InlineData("services/Refunds/A.cs", "class A { double Amount; }")]
    [InlineData("services/Refunds/A.cs", "class A { long B(decimal limitMinor) => 1; }")]
    [InlineData("services/Refunds/A.cs", "class A { void B() { var x = (double)amount.Minor; } }")]
    [InlineData("services/Platform/Rpc/Money.cs", "class A { void B() { decimal wonOut = 1; } }")]
    public void Money_that_floats_is_found(string path, string text) => Rule.Finds(Floating, path, text, "floating");

    [Theory]
    [InlineData(Service, "message A {\n  // Required. It.\n  double accuracy_meters = 1;\n}")]
    [InlineData("services/Refunds/A.cs", "class A { double Share; long AmountMinor; }")]
    public void A_floating_distance_is_accepted(string path, string text) => Rule.Accepts(Floating, path, text);

    private static IEnumerable<string> Behaviour(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.IsUnder("protos/mobility/") && file.Ends(".proto")
        from field in ProtoFields.Of(file)
        where !Behaves().IsMatch(field.Comment)
        select file.At(
            field.Line,
            $"{field.Message}.{field.Name}: its comment begins with Required, Optional., Output only. or Immutable."
        );

    private static IEnumerable<string> Personal(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.Ends("_events.proto")
        from field in ProtoFields.Of(file)
        where
            PersonalName().IsMatch(field.Name)
            || (field.Type.EndsWith("LatLng", StringComparison.Ordinal) && field.Name != "vehicle_position")
        select file.At(
            field.Line,
            $"{field.Message}.{field.Name} is personal: events hold ids, states, times, amounts"
        );

    private static IEnumerable<string> Floating(IReadOnlyList<SourceFile> files) =>
        [
            .. from file in files
            where file.Ends(".proto")
            from field in ProtoFields.Of(file)
            where field.Type is "double" or "float" && MoneyName().IsMatch(field.Name)
            select file.At(field.Line, $"{field.Message}.{field.Name} is money in floating point"),
            .. files
                .Where(f => f.IsCSharp && f.IsUnder("services/Refunds/", "services/Platform/"))
                .SelectMany(f => f.Where(FloatingMoney(), "money in floating point: Money holds whole minor units")),
        ];

    [GeneratedRegex(@"\A(Required( for [^.]+)?|Optional|Output only|Immutable)\. ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Behaves();

    [GeneratedRegex(
        "(^|_)(notes?|phones?|texts?|photos?|contacts?|emails?|address|comments?|messages?|birth)(_|$)"
            + "|(display|given|family)_name",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex PersonalName();

    [GeneratedRegex("(^|_)(amount|won|minor|price|fee)(_|$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MoneyName();

    [GeneratedRegex(
        @"\b(double|float|decimal)\b[\s?>)\]]*[\w.]*((?i:amount|minor|price)|[wW]on(?!d))",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex FloatingMoney();
}

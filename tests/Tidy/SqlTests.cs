using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Npgsql;
using Xunit;

namespace Mobility.Tests.Tidy;

/// <summary>SQL stands in sight, whole, with parameters only, and PostgreSQL has read every statement before we run
/// it.</summary>
public sealed partial class SqlTests
{
    private const string Path = "services/Faults/A.cs";

    /// <summary>Tables of the platform: they carry a plain client_id, or none, and hold nothing that a client
    /// owns.</summary>
    private static readonly HashSet<string> PlatformTables = new(StringComparer.Ordinal)
    {
        "holiday_calendar",
        "inbox",
        "inbox_hole",
        "inbox_parked",
        "inbox_source",
        "inbox_unknown",
        "incarnation",
        "migration",
        "once",
        "outbox",
        "outbox_newest",
        "outbox_counter",
    };

    public static TheoryData<string> ServiceNames => Services.Names;

    [Fact]
    public void Statements_are_whole_raw_literals() => Rule.Holds(Whole);

    [Theory]
    [InlineData("class A { string B = \"SELECT 1 FROM fault\"; }")]
    [InlineData("class A { string B = @\"DELETE FROM fault\"; }")]
    [InlineData("class A { string B = $\"SELECT {c} FROM fault\"; }")]
    [InlineData("class A { string B = $\"\"\"\n    UPDATE fault SET a = {c}\n    \"\"\"; }")]
    [InlineData("class A { string B = \"\"\"SELECT 1 FROM fault \"\"\" + c; }")]
    [InlineData("class A { string B = c + \"\"\"WITH x AS (SELECT 1) \"\"\"; }")]
    [InlineData("class A { string B = string.Format(\"\"\"INSERT INTO {0} VALUES (1)\"\"\", c); }")]
    public void A_statement_put_together_is_found(string text) => Rule.Finds(Whole, Path, text, "raw literal");

    [Theory]
    [InlineData("class A { string B = \"\"\"SELECT 1 FROM fault\"\"\"; }")]
    [InlineData("class A { string B = \"\"\"\n    UPDATE fault SET a = @A\n    \"\"\"; string D = \"With care\"; }")]
    public void A_whole_statement_is_accepted(string text) => Rule.Accepts(Whole, Path, text);

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public async Task PostgreSQL_prepares_every_statement(string service)
    {
        await using var connection = await Schema.Open(Services.App(service));
        Assert.NotEmpty(StatementsOf(service));
        Rule.None(await Refused(connection, StatementsOf(service)));
    }

    [Fact]
    public async Task PostgreSQL_prepares_every_statement_of_the_platform()
    {
        await using var connection = await Schema.Open(new EmptyApp());
        Assert.NotEmpty(StatementsOf("Platform"));
        Rule.None(await Refused(connection, StatementsOf("Platform")));
    }

    [Theory]
    [InlineData("SELECT nothing FROM once", "column \"nothing\" does not exist")]
    [InlineData("SELECT key FROM twice WHERE client_id = @ClientId", "relation \"twice\" does not exist")]
    [InlineData("DELETE FROM once WHERE key = @A AND create_time = @A", "operator does not exist")]
    [InlineData("DELETE FROM once; DELETE FROM outbox", "more than one statement")]
    [InlineData("SELECT key FROM once WHERE", "syntax error")]
    [InlineData("SELECT key, '@a' FROM once WHERE client_id = @ClientId AND key = ANY(@Keys) -- @b", null)]
    public async Task PostgreSQL_refuses_a_statement_that_does_not_fit(string sql, string? message)
    {
        await using var connection = await Schema.Open(new EmptyApp());
        var refusal = await Schema.Refuses(connection, sql);
        Assert.Equal(message is null, refusal is null);
        Assert.Contains(message ?? "", refusal ?? "", StringComparison.Ordinal);
    }

    /// <summary>Sessions of the pool are not reset: what one transaction left, the next client's would find.</summary>
    [Fact]
    public void Nothing_changes_a_session() =>
        Rule.None(Checkout.Files.Where(f => f.IsUnder("services/")).SelectMany(SessionChanges));

    [Theory]
    [InlineData("SELECT set_config('mobility.client', @ClientId, false)", 1)]
    [InlineData("SET mobility.client = 'a'", 1)]
    [InlineData("LISTEN outbox", 1)]
    [InlineData("SELECT pg_advisory_lock(7)", 1)]
    [InlineData("CREATE TEMP TABLE t (n int)", 1)]
    [InlineData("SELECT set_config('mobility.client', @ClientId, true)", 0)]
    [InlineData("SELECT pg_advisory_xact_lock(7)", 0)]
    [InlineData("UPDATE fault SET note = ''", 0)]
    public void A_statement_that_changes_a_session_is_found(string sql, int findings) =>
        Assert.Equal(
            findings,
            SessionChanges(new SourceFile(Path, $"class A {{ string B = \"\"\"{sql}\"\"\"; }}")).Count()
        );

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public async Task A_table_belongs_to_a_client_a_vendor_or_the_platform(string service)
    {
        await using var connection = await Schema.Open(Services.App(service));
        Rule.None(Unowned(await Schema.Tables(connection)));
    }

    [Fact]
    public async Task A_table_that_belongs_to_nobody_is_found()
    {
        await using var connection = await Schema.Open(new EmptyApp());
        Assert.Empty(Unowned(await Schema.Tables(connection)));
        await Schema.Run(
            connection,
            """
            CREATE TABLE a (client_id text, id uuid, PRIMARY KEY (client_id, id));
            CREATE TABLE b (client_id text, id uuid, PRIMARY KEY (id));
            CREATE TABLE c (client_id text, id uuid);
            CREATE TABLE d (client_id text, id uuid, PRIMARY KEY (client_id, id));
            CREATE TABLE e (vendor_id text, id uuid, PRIMARY KEY (vendor_id, id));
            SELECT platform_protect('b'), platform_protect('c'), platform_protect('d')
            """
        );
        Assert.Equal(["a", "b", "c"], Unowned(await Schema.Tables(connection)).Select(f => f.Split(':')[0]));
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public async Task Statements_on_a_clients_table_name_the_client(string service)
    {
        await using var connection = await Schema.Open(Services.App(service));
        var tables = await Schema.Tables(connection);
        Rule.None(Clientless(StatementsOf(service), tables));
    }

    [Theory]
    [InlineData("SELECT id FROM fault WHERE id = @Id", 1)]
    [InlineData("UPDATE fault SET note = 'client_id' WHERE id = @Id -- client_id", 1)]
    [InlineData("SELECT id FROM fault WHERE id = @client_id", 1)]
    [InlineData("SELECT id FROM fault WHERE client_id = @ClientId AND id = @Id", 0)]
    [InlineData("SELECT id FROM fault_note WHERE id = @Id", 0)]
    public void A_statement_on_a_clients_table_without_the_client_is_found(string sql, int findings)
    {
        var file = new SourceFile(Path, $"class A {{ string B = \"\"\"{sql}\"\"\"; }}");
        TableFacts[] tables = [new("fault", ["client_id", "id"], IsProtected: true), new("fault_note", ["id"], false)];
        Assert.Equal(findings, Clientless(Sql.Of(file), tables).Count());
    }

    private static IEnumerable<string> SessionChanges(SourceFile file) =>
        file.Nodes<LiteralExpressionSyntax>()
            .Where(literal => SessionChange().IsMatch(literal.Token.ValueText))
            .Select(literal => file.At(literal, "changes the session"));

    [GeneratedRegex(
        @"^\s*(SET\s+(?!LOCAL)|LISTEN\s|CREATE\s+TEMP)|set_config\([^)]*false\s*\)|pg_(try_)?advisory_lock",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex SessionChange();

    private static IEnumerable<SqlStatement> StatementsOf(string service) =>
        Checkout.Files.Where(f => f.Service == service).SelectMany(Sql.Of);

    private static async Task<IReadOnlyList<string>> Refused(
        NpgsqlConnection connection,
        IEnumerable<SqlStatement> statements
    )
    {
        var findings = new List<string>();
        foreach (var statement in statements)
        {
            if (await Schema.Refuses(connection, statement.Text) is { } refusal)
            {
                findings.Add(statement.File.At(statement.Node, refusal));
            }
        }
        return findings;
    }

    private static IEnumerable<string> Unowned(IEnumerable<TableFacts> tables) =>
        from table in tables
        where !PlatformTables.Contains(table.Name)
        where !(table.IsProtected && table.Key is ["client_id", _, ..]) && table.Key is not ["vendor_id", ..]
        select $"{table.Name}: protect it and let its key begin with client_id, or let the key begin with vendor_id";

    private static IEnumerable<string> Clientless(
        IEnumerable<SqlStatement> statements,
        IReadOnlyList<TableFacts> tables
    ) =>
        from statement in statements
        let words = statement.Words
        let owned = tables.FirstOrDefault(t => t.IsProtected && words.Contains(t.Name))
        where owned is not null && !words.Contains("client_id")
        select statement.File.At(statement.Node, $"{owned.Name} is a client's: the statement must name client_id");

    private static IEnumerable<string> Whole(IReadOnlyList<SourceFile> files) =>
        files
            .Where(f => f.IsUnder("services/"))
            .SelectMany(f =>
                Sql.Of(f)
                    .Where(s => !Sql.IsRaw(s) || IsPart(s.Node))
                    .Select(s => f.At(s.Node, "SQL is one raw literal, whole, with parameters"))
                    .Concat(
                        f.Nodes<InterpolatedStringExpressionSyntax>()
                            .Where(i => Sql.IsStatement(string.Concat(i.Contents.Select(c => c.ToString()))))
                            .Select(i => f.At(i, "SQL is one raw literal, not interpolated"))
                    )
            );

    /// <summary>Is the literal glued to something, or a format?</summary>
    private static bool IsPart(Microsoft.CodeAnalysis.SyntaxNode literal) =>
        literal.Parent is BinaryExpressionSyntax { OperatorToken.Text: "+" }
        || literal.Parent?.Parent?.Parent
            is InvocationExpressionSyntax
            {
                Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Format" }
            };

    /// <summary>The platform's schema alone.</summary>
    private sealed class EmptyApp : Mobility.Platform.ServiceApp
    {
        public override string Name => "empty";

        public override void Define(Mobility.Platform.AppPage page) { }
    }
}

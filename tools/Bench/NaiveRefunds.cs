using System.Globalization;
using System.Text.RegularExpressions;
using Dapper;
using Grpc.Core;
using Mobility.Refunds.V1;
using Npgsql;

namespace Mobility.Bench;

/// <summary>
/// CreateRefund as it is usually written: one statement after another in one transaction, those of pgbench's
/// interactive script, so that it writes what the service writes. It checks no caller and weighs nothing.
/// </summary>
/// <param name="database">Connection string of a database with the peers' sample.</param>
/// <param name="script">Text of create_refund.sql.</param>
public sealed partial class NaiveRefunds(string database, string script)
    : RefundsService.RefundsServiceBase,
        IAsyncDisposable
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(database);
    private readonly IReadOnlyList<string> statements = Statements(script);
    private long lastId;

    public override async Task<Refund> CreateRefund(CreateRefundRequest request, ServerCallContext context)
    {
        var args = new
        {
            id = Interlocked.Increment(ref lastId),
            client_id = 1,
            payment = int.Parse(Digits(request.Refund.Payment), CultureInfo.InvariantCulture),
        };
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var statement in statements)
        {
            _ = (await connection.QueryAsync(statement, args, transaction)).AsList();
        }
        await transaction.CommitAsync();
        var refund = request.Refund.Clone();
        refund.Name = $"{request.Parent}/refunds/{args.id}";
        refund.State = RefundState.AwaitingApproval;
        return refund;
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    // The ids of the bench's payments are numbers.
    private static string Digits(string payment) =>
        payment[(payment.LastIndexOf('/') + 1)..].Replace("-", "", StringComparison.Ordinal);

    private static List<string> Statements(string script)
    {
        var lines = script
            .Split('\n')
            .Where(line => !line.StartsWith('\\') && !line.StartsWith("--", StringComparison.Ordinal));
        return
        [
            .. string.Join('\n', lines)
                .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(statement => statement is not ("BEGIN" or "COMMIT"))
                .Select(statement => Parameter().Replace(statement, "@")),
        ];
    }

    [GeneratedRegex("(?<!:):(?=[a-z])", RegexOptions.None, 1000)]
    private static partial Regex Parameter();
}

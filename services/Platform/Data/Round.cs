using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;
using Dapper;
using Npgsql;

namespace Mobility.Platform.Data;

/// <summary>
/// Statements that go to PostgreSQL together and are answered together: one wait, however many they are. They run in
/// order, each sees what those before it did, and the first that fails ends the transaction.
/// </summary>
public sealed class Round
{
    private static readonly ConcurrentDictionary<System.Type, PropertyInfo[]> Properties = new();

    private readonly Tx tx;
    private readonly List<Part> parts = [];

    internal Round(Tx tx) => this.tx = tx;

    /// <summary>Adds a statement that returns rows; the statement bounds their number.</summary>
    /// <returns>The rows, once the round has run.</returns>
    public Func<IReadOnlyList<T>> List<T>(string sql, object? args = null)
    {
        List<T>? rows = null;
        parts.Add(new Part(sql, args, async (reader, token) => rows = await Read<T>(reader, token)));
        return () => rows ?? throw new InvalidOperationException("The round has not run yet.");
    }

    /// <summary>Adds a statement of which the first row counts.</summary>
    /// <returns>The row, or the type's default when there is none, once the round has run.</returns>
    public Func<T?> One<T>(string sql, object? args = null)
    {
        var rows = List<T>(sql, args);
        return () => rows().FirstOrDefault();
    }

    /// <summary>Adds a statement that returns no rows.</summary>
    public void Execute(string sql, object? args = null) => parts.Add(new Part(sql, args, null));

    /// <summary>Sends them.</summary>
    /// <param name="mayEnd">False for a commit, which is seen through though the caller may have hung up, and has no
    /// time limit.</param>
    public async Task Run(bool mayEnd = true)
    {
        var token = mayEnd ? tx.Token : CancellationToken.None;
        await using var batch = tx.NewBatch(mayEnd);
        foreach (var part in Opened())
        {
            batch.BatchCommands.Add(Command(part.Sql, part.Args));
        }
        await using var reader = await batch.ExecuteReaderAsync(token);
        var isFirst = true;
        foreach (var take in parts.Select(part => part.Take).OfType<Func<NpgsqlDataReader, CancellationToken, Task>>())
        {
            // Statements that return no rows have no result to step over.
            if (!isFirst)
            {
                await reader.NextResultAsync(token);
            }
            isFirst = false;
            await take(reader, token);
        }
        // An error of a later statement comes only when its result is reached.
        while (await reader.NextResultAsync(token)) { }
        parts.Clear();
    }

    private List<Part> Opened()
    {
        if (tx.TakeOpening())
        {
            var opening = tx.NewRound();
            tx.Open(opening);
            parts.InsertRange(0, opening.parts);
        }
        return parts;
    }

    private static NpgsqlBatchCommand Command(string sql, object? args)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var property in args is null ? [] : Properties.GetOrAdd(args.GetType(), type => type.GetProperties()))
        {
            command.Parameters.AddWithValue(property.Name, property.GetValue(args) ?? DBNull.Value);
        }
        return command;
    }

    private static async Task<List<T>> Read<T>(DbDataReader reader, CancellationToken token)
    {
        var rows = new List<T>();
        Func<DbDataReader, T>? parse = null;
        while (await reader.ReadAsync(token))
        {
            parse ??= IsOneValue(typeof(T)) ? row => row.GetFieldValue<T>(0) : reader.GetRowParser<T>();
            rows.Add(parse(reader));
        }
        return rows;
    }

    private static bool IsOneValue(System.Type type) =>
        type.IsPrimitive || type == typeof(string) || type == typeof(Guid) || type == typeof(DateTimeOffset);

    private sealed record Part(string Sql, object? Args, Func<NpgsqlDataReader, CancellationToken, Task>? Take);
}

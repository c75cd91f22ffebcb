using Mobility.Launcher;
using Mobility.Tests.Support;
using Npgsql;

namespace Mobility.Tests.Journeys;

/// <summary>What the databases of a system say of its events.</summary>
internal static class JourneyEvents
{
    /// <summary>The rows of all clients.</summary>
    private const string Sight = "Pooling=false;Options=-c mobility.client=*;";

    /// <summary>Each event of an outbox is in the inbox of everyone started who hears it, and no number is
    /// missing.</summary>
    public static Task AllTaken(Stack stack) =>
        Poll.Until(
            async () =>
            {
                var started = stack.State.Parts.Select(part => part.Name).ToList();
                foreach (var (subscriber, publishers) in StackOptions.Hears.Where(pair => started.Contains(pair.Key)))
                {
                    foreach (var publisher in publishers.Intersect(started, StringComparer.Ordinal))
                    {
                        var sent = await Text(
                            stack,
                            publisher,
                            "SELECT coalesce(string_agg(event_id::text, ',' ORDER BY event_id), '') FROM outbox"
                        );
                        var taken = await Text(
                            stack,
                            subscriber,
                            $"""
                            SELECT coalesce(string_agg(DISTINCT event_id::text, ',' ORDER BY event_id::text), '')
                            FROM inbox
                            WHERE source LIKE '{publisher}/%' AND event_id = ANY(string_to_array('{sent}', ',')::uuid[])
                            """
                        );
                        if (sent != taken)
                        {
                            return false;
                        }
                    }
                    var open = await Text(
                        stack,
                        subscriber,
                        """
                        SELECT ((SELECT count(*) FROM inbox_source WHERE contiguous < last_sequence)
                            + (SELECT count(*) FROM inbox_hole))::text
                        """
                    );
                    if (open != "0")
                    {
                        return false;
                    }
                }
                return true;
            },
            TimeSpan.FromMinutes(3),
            "every event in every inbox"
        );

    public static async Task<string> Text(Stack stack, string service, string sql)
    {
        await using var connection = new NpgsqlConnection(Sight + stack.State.Services[service].Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}

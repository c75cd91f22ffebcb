using Mobility.Launcher;
using Mobility.Tests.Support;
using Mobility.Tests.Tidy;
using Npgsql;

namespace Mobility.Tests.Journeys;

/// <summary>Who hears whom, from dapr-components/subscriptions.yaml.</summary>
internal static class JourneyTopology
{
    /// <summary>The rows of all clients.</summary>
    private const string Sight = "Pooling=false;Options=-c mobility.client=*;";

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Heard { get; } =
        Topology
            .Subscriptions(File.ReadAllText(Path.Combine(Repository.Root, "dapr-components", "subscriptions.yaml")))
            .Where(s => s.Routes.Contains("/events") && s.Topic != "control")
            .SelectMany(s => s.Apps.Select(app => (app, s.Topic)))
            .GroupBy(pair => pair.app, pair => pair.Topic, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, IReadOnlyList<string> (group) => [.. group], StringComparer.Ordinal);

    /// <summary>Each event of an outbox is in the inbox of everyone who hears it, and no number is missing.</summary>
    public static Task AllTaken(Stack stack) =>
        Poll.Until(
            async () =>
            {
                foreach (var (subscriber, publishers) in Heard)
                {
                    foreach (var publisher in publishers)
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
                        "SELECT count(*)::text FROM inbox_source WHERE contiguous < last_sequence"
                    );
                    if (open != "0")
                    {
                        return false;
                    }
                }
                return true;
            },
            TimeSpan.FromSeconds(90),
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

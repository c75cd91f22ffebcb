namespace Mobility.Tests.Parking;

/// <summary>Events in every order, each twice.</summary>
internal static class CopyOrders
{
    /// <summary>Every order of the numbers 1 to count.</summary>
    public static IEnumerable<int[]> Of(int count) =>
        count == 0
            ?
            [
                [],
            ]
            : Of(count - 1)
                .SelectMany(order =>
                    Enumerable.Range(0, count).Select(at => (int[])[.. order[..at], count, .. order[at..]])
                );

    /// <summary>Brings each in that order twice in a row, and all once more at the end.</summary>
    public static async Task Bring(int[] order, Func<int, Task> bring)
    {
        foreach (var number in order.SelectMany(n => new[] { n, n }).Concat(order))
        {
            await bring(number);
        }
    }
}

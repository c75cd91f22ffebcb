using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mobility.Tests.Platform;

/// <summary>Calls over HTTP/2 by hand whose bodies never end: sixty-four bytes of each come every second.</summary>
internal sealed class SlowStreams : IAsyncDisposable
{
    private const string Path = "/mobility.faults.v1.FaultsService/RegisterVehicle";

    /// <summary>What HTTP/2 begins with, and settings that change nothing.</summary>
    public static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];

    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<(int Connection, int Stream), bool> ended = new();
    private readonly List<TcpClient> clients = [];
    private readonly List<Task> work = [];

    private SlowStreams() { }

    /// <summary>Streams that the other side has ended.</summary>
    public int Ended => ended.Count;

    /// <summary>Opens as many connections as there are numbers, with that number of calls on each.</summary>
    public static async Task<SlowStreams> Open(int port, params int[] streams)
    {
        var slow = new SlowStreams();
        foreach (var (connection, count) in streams.Index())
        {
            var client = new TcpClient();
            slow.clients.Add(client);
            await client.ConnectAsync(IPAddress.Loopback, port);
            var numbers = Enumerable.Range(0, count).Select(n => (2 * n) + 1).ToList();
            await client.GetStream().WriteAsync((byte[])[.. Preface, .. numbers.SelectMany(Head)]);
            slow.work.Add(slow.Read(client.GetStream(), connection));
            slow.work.Add(slow.Trickle(client.GetStream(), connection, numbers));
        }
        return slow;
    }

    /// <summary>A HEADERS frame of a call that ends the headers and not the stream.</summary>
    public static byte[] Head(int stream)
    {
        byte[] fields =
        [
            0x83,
            0x86,
            0x04,
            (byte)Path.Length,
            .. Encoding.ASCII.GetBytes(Path),
            0x01,
            1,
            (byte)'x',
            0x0F,
            0x10,
            16,
            .. "application/grpc"u8,
            0x00,
            2,
            .. "te"u8,
            8,
            .. "trailers"u8,
        ];
        return Frame(1, flags: 4, stream, fields);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        clients.ForEach(client => client.Dispose());
        await Task.WhenAll(work);
        stop.Dispose();
    }

    /// <summary>A message of 64 KiB, uncompressed. Fifty of them bring more than ten times what Kestrel asks of a
    /// connection, so that a second that comes late ends none.</summary>
    private async Task Trickle(NetworkStream net, int connection, List<int> streams)
    {
        byte[] part = [0, 0, 1, 0, 0, .. new byte[59]];
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        await Quietly(async () =>
        {
            do
            {
                var open = streams.Where(stream => !ended.ContainsKey((connection, stream))).ToList();
                await net.WriteAsync((byte[])[.. open.SelectMany(s => Frame(0, flags: 0, s, part))], stop.Token);
                part = new byte[64];
            } while (await timer.WaitForNextTickAsync(stop.Token));
        });
    }

    /// <summary>Notes streams that are reset, or whose answer is complete.</summary>
    private Task Read(NetworkStream net, int connection) =>
        Quietly(async () =>
        {
            var head = new byte[9];
            while (true)
            {
                await net.ReadExactlyAsync(head, stop.Token);
                var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                await net.ReadExactlyAsync(payload, stop.Token);
                var (type, last) = (head[3], (head[4] & 1) != 0);
                if (type == 3 || (type is 0 or 1 && last))
                {
                    ended[(connection, BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)))] = true;
                }
            }
        });

    private static async Task Quietly(Func<Task> talk)
    {
        try
        {
            await talk();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The connection or the test is over.
        }
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var head = new byte[9];
        (head[2], head[3], head[4]) = ((byte)payload.Length, type, flags);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(5), stream);
        return [.. head, .. payload];
    }
}

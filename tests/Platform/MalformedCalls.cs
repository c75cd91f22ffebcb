using System.Buffers.Binary;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mobility.Tests.Support;

namespace Mobility.Tests.Platform;

/// <summary>One call as it goes over the wire.</summary>
internal sealed record WireCall(
    string What,
    HttpMethod Verb,
    string Path,
    byte[] Body,
    IReadOnlyList<(string Name, string Value)> Headers
);

/// <summary>Calls that no client of ours makes, from a seed: the same seed makes the same calls.</summary>
internal sealed class MalformedCalls(int seed)
{
    private static readonly string[] Texts =
    [
        "",
        "\0",
        "a\0b",
        "\uFFFD\u202E",
        "clients/",
        "clients/gangneung-kick/",
        "clients/gangneung-kick/../..",
        "clients/\0/faults/x",
        "'; DROP TABLE once; --",
        new string('x', 5_000),
        "00000000-0000-0000-0000-000000000000",
        "0190A6C0-0000-7000-8000-00000000ABCD",
        "\U0001F6F4",
        "-1",
        "9999999999999999999999",
    ];
    private readonly Random random = new(seed);

    /// <summary>A call that is wrong on the wire.</summary>
    public WireCall OfWire(MethodDescriptor method, string? token)
    {
        var sample = SampleRequest.Of(method).ToByteArray();
        var path = $"/{method.Service.FullName}/{method.Name}";
        (string, string)[] headers = [.. Bearer(token), ("te", "trailers"), ("content-type", "application/grpc")];
        WireCall Call(string what, byte[] body) => new(what, HttpMethod.Post, path, body, headers);
        WireCall With(string what, string name, string value) =>
            new(what, HttpMethod.Post, path, Frame(sample), [.. headers.Where(h => h.Item1 != name), (name, value)]);

        WireCall WithHeader((string Name, string Value) header) => With("a bad header", header.Name, header.Value);

        return random.Next(16) switch
        {
            0 => Call("cut off", Frame(sample[..^random.Next(1, Math.Max(2, sample.Length / 2))])),
            1 => Call("random bytes", Frame(Noise(random.Next(1, 2_000)))),
            2 => Call("flipped bits", Frame(Flipped(sample))),
            3 => Call("wrong wire types", Frame(WrongTypes())),
            4 => Call("a length of 4 GiB", [0, 0xFF, 0xFF, 0xFF, 0xFF, .. sample]),
            5 => Call("a length that is too short", [0, 0, 0, 0, 1, .. sample, .. Noise(3)]),
            6 => Call("a length that is too long", [0, 0, 0, 40, 0, .. sample]),
            7 => Call("a flag", [(byte)random.Next(1, 256), .. Frame(sample).AsSpan(1)]),
            8 => Call("text that is no UTF-8", Frame([0x0A, 4, 0xC3, 0x28, 0xFF, 0xFE])),
            9 => Call("deep nesting", Frame(Nested(random.Next(100, 5_000)))),
            10 => Call("nothing", []),
            11 => Call("half a frame", Frame(sample)[..random.Next(1, 5)]),
            12 => Call("two messages", [.. Frame(sample), .. Frame(sample)]),
            13 => With("a bad token", "authorization", Pick(BadTokens)),
            14 => WithHeader(Pick(BadHeaders)),
            _ => new("a wrong address", Pick(Verbs), Wrong(path), Frame(sample), headers),
        };
    }

    /// <summary>A call that is right on the wire and holds what nobody means.</summary>
    public WireCall OfValues(MethodDescriptor method, string? token)
    {
        var request = SampleRequest.Of(method);
        Disturb(request, depth: 0);
        var bytes = Noise(16);
        (bytes[6], bytes[8]) = ((byte)(bytes[6] & 0x0F | 0x40), (byte)(bytes[8] & 0x3F | 0x80));
        var id = new Guid(bytes, bigEndian: true).ToString();
        request.Descriptor.FindFieldByName("request_id")?.Accessor.SetValue(request, id);
        return new(
            "odd values",
            HttpMethod.Post,
            $"/{method.Service.FullName}/{method.Name}",
            Frame(request.ToByteArray()),
            [.. Bearer(token), ("te", "trailers"), ("content-type", "application/grpc")]
        );
    }

    private static readonly string[] BadTokens =
    [
        "Bearer",
        "Bearer ",
        "Bearer a.b.c",
        "Bearer ..",
        "Basic eDp5",
        "Bearer " + new string('a', 8_000),
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
        "Bearer eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLy4uIn0.e30.AAAA",
    ];

    private static readonly (string, string)[] BadHeaders =
    [
        ("grpc-timeout", "99999999999H"),
        ("grpc-timeout", "-1S"),
        ("grpc-timeout", "1n"),
        ("grpc-timeout", "x"),
        ("grpc-encoding", "zip"),
        ("grpc-accept-encoding", "\u007f,,,"),
        ("content-type", "application/json"),
        ("content-type", "text/plain; charset=bogus"),
        ("content-type", "application/grpc+thrift"),
        ("content-type", "application/grpc-web-text"),
        ("traceparent", "00-0-0-0"),
        ("te", "gzip"),
        ("content-encoding", "gzip"),
        ("x-long", new string('x', 20_000)),
    ];

    private static readonly HttpMethod[] Verbs =
    [
        HttpMethod.Get,
        HttpMethod.Put,
        HttpMethod.Delete,
        HttpMethod.Options,
        HttpMethod.Patch,
        HttpMethod.Post,
        new("BREW"),
    ];

    private static (string, string)[] Bearer(string? token) =>
        token is null ? [] : [("authorization", $"Bearer {token}")];

    private static byte[] Frame(byte[] message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static byte[] Nested(int depth)
    {
        byte[] inner = [];
        for (var level = 0; level < depth && inner.Length < 60_000; level++)
        {
            using var outer = new MemoryStream();
            var coded = new CodedOutputStream(outer);
            coded.WriteTag((uint)(level % 3 + 1) << 3 | 2);
            coded.WriteLength(inner.Length);
            coded.Flush();
            outer.Write(inner);
            inner = outer.ToArray();
        }
        return inner;
    }

    private byte[] Noise(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Flipped(byte[] sample)
    {
        var bytes = sample.ToArray();
        foreach (var _ in Enumerable.Range(0, random.Next(1, 20)))
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }
        return bytes;
    }

    private byte[] WrongTypes()
    {
        using var bytes = new MemoryStream();
        foreach (var field in Enumerable.Range(1, 12))
        {
            bytes.WriteByte((byte)(field << 3 | random.Next(6)));
            bytes.Write(Noise(random.Next(1, 9)));
        }
        return bytes.ToArray();
    }

    private string Wrong(string path) =>
        random.Next(5) switch
        {
            0 => path + "x",
            1 => path.ToUpperInvariant(),
            2 => path + "/%00/%FF",
            3 => "/" + Convert.ToHexString(Noise(40)),
            _ => path,
        };

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private void Disturb(IMessage message, int depth)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            // Most of it stays right, so that what is odd gets past the first check.
            if (field.IsMap || random.Next(6) > 0 || field.Name is "request_id")
            {
                continue;
            }
            if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(message);
                foreach (var _ in Enumerable.Range(0, random.Next(4)))
                {
                    list.Add(Value(field, depth));
                }
            }
            else if (field.FieldType == FieldType.Message && field.Accessor.GetValue(message) is IMessage inner)
            {
                Disturb(inner, depth + 1);
            }
            else
            {
                field.Accessor.SetValue(message, Value(field, depth));
            }
        }
    }

    private object Value(FieldDescriptor field, int depth)
    {
        switch (field.FieldType)
        {
            case FieldType.String:
                return Pick(Texts);
            case FieldType.Bytes:
                return ByteString.CopyFrom(Noise(random.Next(200)));
            case FieldType.Bool:
                return random.Next(2) == 0;
            case FieldType.Int32:
                return Pick([0, -1, 1, int.MaxValue, int.MinValue, random.Next()]);
            case FieldType.Int64:
                return Pick([0L, -1, 1, long.MaxValue, long.MinValue, random.NextInt64()]);
            case FieldType.Double:
                return Pick([0d, double.NaN, double.PositiveInfinity, -1e308, 1e308, 91, random.NextDouble() * 180]);
            case FieldType.Enum:
                return Pick([0, 1, 2, -1, 999, int.MaxValue]);
            case FieldType.Message:
                var inner = field.MessageType.Parser.ParseFrom([]);
                Disturb(inner, depth + 1);
                return inner;
            default:
                throw new NotSupportedException($"{field.FullName} has a type that no noise knows.");
        }
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Mobility.Tests.Parking;

/// <summary>Images by their file formats: small, whole, and with whatever a test puts in.</summary>
internal static class TestImages
{
    /// <summary>A JPEG whose header says that size.</summary>
    public static byte[] Jpeg(int width = 640, int height = 480, params byte[][] segments) =>
        [
            0xFF,
            0xD8,
            .. segments.SelectMany(s => s),
            .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]),
            .. Segment(0xC0, [8, .. Big16(height), .. Big16(width), 1, 1, 0x11, 0]),
            .. Segment(0xDA, [1, 1, 0, 0, 63, 0]),
            0x12,
            0xFF,
            0x00,
            0x34,
            0xFF,
            0xD0,
            0x56,
            0xFF,
            0xD9,
        ];

    /// <summary>A segment of a JPEG.</summary>
    public static byte[] Segment(byte marker, byte[] body) => [0xFF, marker, .. Big16(body.Length + 2), .. body];

    /// <summary>A JPEG's segment with EXIF in it.</summary>
    public static byte[] ExifSegment(byte[] tiff) => Segment(0xE1, [.. "Exif\0\0"u8, .. tiff]);

    /// <summary>A PNG of one colour that every reader opens.</summary>
    public static byte[] Png(int width = 4, int height = 3, params byte[][] chunks)
    {
        byte[] pixels = [.. Enumerable.Range(0, height).SelectMany(_ => new byte[1 + width])];
        return PngOf(width, height, Packed(pixels), chunks);
    }

    /// <summary>A PNG whose header says any size.</summary>
    public static byte[] PngOf(int width, int height, byte[] data, params byte[][] chunks) =>
        [
            0x89,
            .. "PNG\r\n"u8,
            0x1A,
            0x0A,
            .. Chunk("IHDR", [.. Big32(width), .. Big32(height), 8, 0, 0, 0, 0]),
            .. chunks.SelectMany(c => c),
            .. Chunk("IDAT", data),
            .. Chunk("IEND", []),
        ];

    /// <summary>A chunk of a PNG with its checksum.</summary>
    public static byte[] Chunk(string kind, byte[] body)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(kind), .. body];
        return [.. Big32(body.Length), .. named, .. Big32((int)Checksum(named))];
    }

    /// <summary>A WebP with one lossy picture.</summary>
    public static byte[] Webp(int width = 64, int height = 48, params byte[][] chunks) =>
        Riff([
            .. chunks.SelectMany(c => c),
            .. WebpChunk("VP8 ", [0x10, 0, 0, 0x9D, 0x01, 0x2A, .. Little16(width), .. Little16(height), 1, 2]),
        ]);

    public static byte[] Riff(byte[] chunks) => [.. "RIFF"u8, .. Little32(chunks.Length + 4), .. "WEBP"u8, .. chunks];

    /// <summary>A chunk of a WebP.</summary>
    public static byte[] WebpChunk(string kind, byte[] body) =>
        [.. Encoding.ASCII.GetBytes(kind), .. Little32(body.Length), .. body, .. new byte[body.Length & 1]];

    /// <summary>EXIF's TIFF structure with a position in degrees, minutes and seconds.</summary>
    public static byte[] Tiff(double latitude, double longitude, bool littleEndian = true)
    {
        byte[] N16(int n) => littleEndian ? Little16(n) : Big16(n);
        byte[] N32(int n) => littleEndian ? Little32(n) : Big32(n);
        byte[] Entry(int tag, int type, int count, byte[] value) =>
            [.. N16(tag), .. N16(type), .. N32(count), .. value];
        byte[] Angle(double degrees)
        {
            var whole = Math.Floor(Math.Abs(degrees));
            var minutes = Math.Floor((Math.Abs(degrees) - whole) * 60);
            var seconds = ((Math.Abs(degrees) - whole) * 60 - minutes) * 60;
            return
            [
                .. N32((int)whole),
                .. N32(1),
                .. N32((int)minutes),
                .. N32(1),
                .. N32((int)Math.Round(seconds * 1000)),
                .. N32(1000),
            ];
        }

        const int gps = 26;
        const int values = gps + 2 + 4 * 12 + 4;
        return
        [
            .. littleEndian ? "II*\0"u8 : "MM\0*"u8,
            .. N32(8),
            .. N16(1),
            .. Entry(0x8825, 4, 1, N32(gps)),
            .. N32(0),
            .. N16(4),
            .. Entry(1, 2, 2, [(byte)(latitude < 0 ? 'S' : 'N'), 0, 0, 0]),
            .. Entry(2, 5, 3, N32(values)),
            .. Entry(3, 2, 2, [(byte)(longitude < 0 ? 'W' : 'E'), 0, 0, 0]),
            .. Entry(4, 5, 3, N32(values + 24)),
            .. N32(0),
            .. Angle(latitude),
            .. Angle(longitude),
        ];
    }

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(bytes);
        }

        return packed.ToArray();
    }

    private static byte[] Big16(int n) => [(byte)(n >> 8), (byte)n];

    private static byte[] Little16(int n) => [(byte)n, (byte)(n >> 8)];

    private static byte[] Big32(int n)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, n);
        return bytes;
    }

    private static byte[] Little32(int n)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, n);
        return bytes;
    }

    /// <summary>CRC-32 bit by bit, another way than the service's table.</summary>
    private static uint Checksum(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}

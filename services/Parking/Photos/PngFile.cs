using System.Buffers.Binary;

namespace Mobility.Parking.Photos;

/// <summary>Walks the chunks of a PNG and keeps those that the picture needs.</summary>
internal static class PngFile
{
    private const int HeadBytes = 8;
    private const int ChecksumBytes = 4;
    private const int HeaderBytes = 13;

    /// <summary>What a decoder needs for pixels and their colours; texts, times, profiles, EXIF and animation are left
    /// out.</summary>
    private static readonly string[] Needed = ["IHDR", "PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "bKGD", "IDAT", "IEND"];

    /// <summary>What is longer holds something else than colours.</summary>
    private static readonly Dictionary<string, int> LengthMax = new(StringComparer.Ordinal)
    {
        ["PLTE"] = 256 * 3,
        ["tRNS"] = 256,
        ["gAMA"] = 4,
        ["cHRM"] = 32,
        ["sRGB"] = 1,
        ["bKGD"] = 6,
        ["IEND"] = 0,
    };

    private static readonly uint[] Table = MakeTable();

    public static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool IsOne(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    public static ImageFile Read(ReadOnlySpan<byte> file)
    {
        var kept = new MemoryStream(file.Length);
        kept.Write(Signature);
        (double, double)? point = null;
        (int Width, int Height)? size = null;
        var hasData = false;
        for (var at = Signature.Length; at < file.Length; )
        {
            var chunk = ChunkAt(file[at..]);
            var kind = System.Text.Encoding.Latin1.GetString(chunk.Slice(4, 4));
            var body = chunk[HeadBytes..^ChecksumBytes];
            if (string.Equals(kind, "IHDR", StringComparison.Ordinal) != size is null)
            {
                throw ImageFile.Wrong("its first chunk, and no other, must be the header");
            }

            size ??= SizeOf(body);
            if (LengthMax.TryGetValue(kind, out var most) && body.Length > most)
            {
                throw ImageFile.Wrong("a chunk is longer than what it says can be");
            }

            hasData |= string.Equals(kind, "IDAT", StringComparison.Ordinal) && body.Length > 0;
            point ??= string.Equals(kind, "eXIf", StringComparison.Ordinal) ? ExifPosition.Read(body) : null;
            if (Needed.Contains(kind, StringComparer.Ordinal))
            {
                kept.Write(chunk);
            }
            else if (char.IsAsciiLetterUpper(kind[0]))
            {
                throw ImageFile.Wrong("it has a critical chunk that nobody knows");
            }

            if (string.Equals(kind, "IEND", StringComparison.Ordinal))
            {
                return hasData && size is { } s
                    ? new ImageFile("image/png", s.Width, s.Height, kept.ToArray(), point)
                    : throw ImageFile.Wrong("it has no picture data");
            }

            at += chunk.Length;
        }

        throw ImageFile.Truncated();
    }

    private static ReadOnlySpan<byte> ChunkAt(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < HeadBytes + ChecksumBytes)
        {
            throw ImageFile.Truncated();
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > ImageFile.BytesMax || HeadBytes + (int)length + ChecksumBytes > rest.Length)
        {
            throw ImageFile.Truncated();
        }

        var chunk = rest[..(HeadBytes + (int)length + ChecksumBytes)];
        var checksum = BinaryPrimitives.ReadUInt32BigEndian(chunk[^ChecksumBytes..]);
        return checksum == Checksum(chunk[4..^ChecksumBytes])
            ? chunk
            : throw ImageFile.Wrong("the checksum of a chunk does not fit");
    }

    private static (int Width, int Height) SizeOf(ReadOnlySpan<byte> header)
    {
        if (header.Length != HeaderBytes)
        {
            throw ImageFile.Wrong("its header has another length");
        }

        var (width, height) = (
            BinaryPrimitives.ReadUInt32BigEndian(header),
            BinaryPrimitives.ReadUInt32BigEndian(header[4..])
        );
        return width <= int.MaxValue && height <= int.MaxValue
            ? ((int)width, (int)height)
            : throw ImageFile.Wrong("its header has a side that no picture has");
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var n = 0u; n < table.Length; n++)
        {
            var c = n;
            for (var bit = 0; bit < 8; bit++)
            {
                c = (c & 1) == 0 ? c >> 1 : 0xEDB88320 ^ (c >> 1);
            }

            table[n] = c;
        }

        return table;
    }
}

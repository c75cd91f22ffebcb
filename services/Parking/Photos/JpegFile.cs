using System.Buffers.Binary;

namespace Mobility.Parking.Photos;

/// <summary>Walks the segments of a JPEG (ITU T.81 annex B) and keeps those that the picture needs.</summary>
internal static class JpegFile
{
    private const byte StartOfImage = 0xD8;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;
    private const byte Comment = 0xFE;
    private const byte FirstDefined = 0xC0;
    private const byte FirstApplication = 0xE0;
    private const byte LastApplication = 0xEF;
    private const byte Exif = 0xE1;

    /// <summary>Adobe's segment says how colours are coded: 12 bytes, and no room for anything else.</summary>
    private const byte Adobe = 0xEE;
    private const int AdobeBytes = 12;

    public static bool IsOne(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0xFF, StartOfImage, 0xFF]);

    public static ImageFile Read(ReadOnlySpan<byte> file)
    {
        var kept = new MemoryStream(file.Length);
        kept.Write([0xFF, StartOfImage]);
        (double, double)? point = null;
        (int Width, int Height)? size = null;
        var scans = 0;
        for (var at = 2; at < file.Length; )
        {
            var marker = MarkerAt(file, ref at);
            if (marker == EndOfImage)
            {
                kept.Write([0xFF, EndOfImage]);
                return size is { } s && scans > 0
                    ? new ImageFile("image/jpeg", s.Width, s.Height, kept.ToArray(), point)
                    : throw ImageFile.Wrong("no picture is between its beginning and its end");
            }

            var segment = SegmentAt(file, marker, at);
            var body = segment[2..];
            point ??= marker == Exif && body.StartsWith("Exif\0\0"u8) ? ExifPosition.Read(body[6..]) : null;
            if (IsFrame(marker))
            {
                // Of two sizes a viewer may believe the one that was not checked.
                size = size is null ? SizeOf(body) : throw ImageFile.Wrong("it has two frames");
            }

            if (!IsMetadata(marker, body))
            {
                kept.Write([0xFF, marker]);
                kept.Write(segment);
            }

            at += segment.Length;
            if (marker == StartOfScan)
            {
                scans++;
                var data = ScanBytes(file[at..]);
                kept.Write(file.Slice(at, data));
                at += data;
            }
        }

        throw ImageFile.Truncated();
    }

    /// <summary>The marker at a place, behind any fill bytes; the place is moved behind it.</summary>
    private static byte MarkerAt(ReadOnlySpan<byte> file, ref int at)
    {
        if (file[at] != 0xFF)
        {
            throw ImageFile.Wrong("a segment does not begin with a marker");
        }

        while (at < file.Length && file[at] == 0xFF)
        {
            at++;
        }

        if (at >= file.Length)
        {
            throw ImageFile.Truncated();
        }

        var marker = file[at++];
        // Below the frames nothing is defined; markers without a length stand in scans, as part of the data; those that
        // are kept for extensions may hold anything.
        return marker is < FirstDefined or StartOfImage or (>= 0xD0 and <= 0xD7) or 0xC8 or (>= 0xF0 and < Comment)
            ? throw ImageFile.Wrong("a marker stands where it must not")
            : marker;
    }

    private static ReadOnlySpan<byte> SegmentAt(ReadOnlySpan<byte> file, byte marker, int at)
    {
        if (at + 2 > file.Length)
        {
            throw ImageFile.Truncated();
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
        if (length < 2 || (marker == StartOfScan && length < 8))
        {
            throw ImageFile.Wrong("a segment is shorter than its own length field");
        }

        return at + length <= file.Length ? file.Slice(at, length) : throw ImageFile.Truncated();
    }

    /// <summary>Bytes of entropy-coded data up to the next marker that is no part of it.</summary>
    private static int ScanBytes(ReadOnlySpan<byte> rest)
    {
        for (var at = 0; at + 1 < rest.Length; at++)
        {
            // A stuffed zero and the restart markers belong to the data.
            if (rest[at] == 0xFF && rest[at + 1] is not (0 or (>= 0xD0 and <= 0xD7)))
            {
                return at;
            }
        }

        throw ImageFile.Truncated();
    }

    private static (int Width, int Height) SizeOf(ReadOnlySpan<byte> frame) =>
        frame.Length >= 6
            ? (BinaryPrimitives.ReadUInt16BigEndian(frame[3..]), BinaryPrimitives.ReadUInt16BigEndian(frame[1..]))
            : throw ImageFile.Wrong("its frame header is too short");

    /// <summary>SOF0 to SOF15 without the three numbers that are something else.</summary>
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static bool IsMetadata(byte marker, ReadOnlySpan<byte> body)
    {
        var needed = marker == Adobe && body.Length == AdobeBytes && body.StartsWith("Adobe"u8);
        return marker == Comment || (marker is >= FirstApplication and <= LastApplication && !needed);
    }
}

using System.Buffers.Binary;

namespace Mobility.Parking.Photos;

/// <summary>Reads where EXIF claims that a photo was taken. A claim, never evidence: what cannot be read claims
/// nothing.</summary>
internal static class ExifPosition
{
    private const ushort GpsDirectory = 0x8825;
    private const ushort LatitudeSide = 1;
    private const ushort Latitude = 2;
    private const ushort LongitudeSide = 3;
    private const ushort Longitude = 4;
    private const ushort Ascii = 2;
    private const ushort Rational = 5;
    private const int EntryBytes = 12;
    private const int AngleParts = 3;

    /// <summary>The point, or null, of the TIFF structure that EXIF is.</summary>
    public static (double Latitude, double Longitude)? Read(ReadOnlySpan<byte> tiff)
    {
        var littleEndian = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || (!littleEndian && !tiff.StartsWith("MM\0*"u8)))
        {
            return null;
        }

        var reader = new Tiff(tiff, littleEndian);
        if (reader.Find(reader.UInt32(4), GpsDirectory) is not { } gps)
        {
            return null;
        }

        var directory = reader.UInt32(gps + 8);
        return
            Angle(reader, directory, Latitude, LatitudeSide, 'S') is { } latitude
            && Angle(reader, directory, Longitude, LongitudeSide, 'W') is { } longitude
            && latitude is >= -90 and <= 90
            && longitude is >= -180 and <= 180
            && (latitude, longitude) is not (0, 0)
            ? (latitude, longitude)
            : null;
    }

    private static double? Angle(Tiff reader, long? directory, ushort tag, ushort sideTag, char negative)
    {
        if (reader.Find(directory, tag) is not { } entry || reader.Find(directory, sideTag) is not { } side)
        {
            return null;
        }

        if (
            reader.UInt16(entry + 2) != Rational
            || reader.UInt32(entry + 4) != AngleParts
            || reader.UInt16(side + 2) != Ascii
            || reader.UInt32(entry + 8) is not { } values
        )
        {
            return null;
        }

        var degrees = 0d;
        var unit = 1d;
        for (var part = 0; part < AngleParts; part++, unit *= 60)
        {
            var (over, under) = (reader.UInt32(values + (part * 8)), reader.UInt32(values + (part * 8) + 4));
            if (over is null || under is null or 0)
            {
                return null;
            }

            degrees += over.Value / (double)under.Value / unit;
        }

        return char.ToUpperInvariant((char)(reader.Byte(side + 8) ?? 0)) == negative ? -degrees : degrees;
    }

    /// <summary>Reads numbers of either byte order; null beyond the end.</summary>
    private readonly ref struct Tiff(ReadOnlySpan<byte> bytes, bool littleEndian)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;

        public byte? Byte(long at) => at >= 0 && at < bytes.Length ? bytes[(int)at] : null;

        public ushort? UInt16(long at)
        {
            if (at < 0 || at + 2 > bytes.Length)
            {
                return null;
            }

            var part = bytes[(int)at..];
            return littleEndian
                ? BinaryPrimitives.ReadUInt16LittleEndian(part)
                : BinaryPrimitives.ReadUInt16BigEndian(part);
        }

        public uint? UInt32(long at)
        {
            if (at < 0 || at + 4 > bytes.Length)
            {
                return null;
            }

            var part = bytes[(int)at..];
            return littleEndian
                ? BinaryPrimitives.ReadUInt32LittleEndian(part)
                : BinaryPrimitives.ReadUInt32BigEndian(part);
        }

        /// <summary>Where the entry of a tag stands in a directory.</summary>
        public long? Find(long? directory, ushort tag)
        {
            if (directory is not { } start || UInt16(start) is not { } count)
            {
                return null;
            }

            for (var n = 0; n < count; n++)
            {
                var entry = start + 2 + (n * EntryBytes);
                if (UInt16(entry) == tag)
                {
                    return entry + EntryBytes <= bytes.Length ? entry : null;
                }
            }

            return null;
        }
    }
}

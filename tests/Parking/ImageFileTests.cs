using System.Text;
using Mobility.Parking.Photos;
using Mobility.Platform.Rpc;
using Xunit;
using static Mobility.Tests.Parking.TestImages;

namespace Mobility.Tests.Parking;

/// <summary>What is taken as a photo, what is left of it, and why the rest is refused.</summary>
public sealed class ImageFileTests
{
    private const double Latitude = 37.751853;
    private const double Longitude = 128.876057;
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("MARKER-of-a-person");

    public static TheoryData<string, byte[]> Whole() =>
        new()
        {
            { "image/jpeg", Jpeg(640, 480) },
            { "image/png", PngOf(640, 480, [1, 2, 3]) },
            { "image/webp", Webp(640, 480) },
            { "image/webp", Riff(WebpChunk("VP8L", [0x2F, .. Bits(640, 480), 0])) },
        };

    [Theory]
    [MemberData(nameof(Whole))]
    public void A_whole_photo_is_taken_with_its_size(string mediaType, byte[] file)
    {
        var image = ImageFile.Read(file);
        Assert.Equal((mediaType, 640, 480), (image.MediaType, image.WidthPixels, image.HeightPixels));
        Assert.Null(image.ClaimedPoint);
        // What was taken once is taken again as it is.
        Assert.Equal(image.Content, ImageFile.Read(image.Content).Content);
    }

    public static TheoryData<byte[]> WithMetadata() =>
        new()
        {
            Jpeg(
                    640,
                    480,
                    Segment(0xE0, [.. "JFIF\0"u8, .. Secret]),
                    ExifSegment([.. Tiff(Latitude, Longitude), .. Secret]),
                    Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Secret]),
                    Segment(0xE2, [.. "ICC_PROFILE\0"u8, .. Secret]),
                    Segment(0xED, Secret),
                    Segment(0xEE, [.. "Adobe"u8, .. Secret]),
                    Segment(0xFE, Secret)
                )
                .Concat(Secret)
                .ToArray(),
            Png(
                    640,
                    480,
                    Chunk("eXIf", [.. Tiff(Latitude, Longitude, littleEndian: false), .. Secret]),
                    Chunk("tEXt", Secret),
                    Chunk("iTXt", Secret),
                    Chunk("tIME", Secret),
                    Chunk("iCCP", Secret)
                )
                .Concat(Secret)
                .ToArray(),
            Webp(
                    640,
                    480,
                    WebpChunk("VP8X", [0x2C, 0, 0, 0, 127, 2, 0, 223, 1, 0]),
                    WebpChunk("ICCP", Secret),
                    WebpChunk("EXIF", [.. Tiff(Latitude, Longitude), .. Secret]),
                    WebpChunk("XMP ", Secret)
                )
                .Concat(Secret)
                .ToArray(),
        };

    [Theory]
    [MemberData(nameof(WithMetadata))]
    public void Every_metadata_segment_is_taken_out_and_the_position_kept_apart(byte[] file)
    {
        var image = ImageFile.Read(file);
        Assert.Equal((640, 480), (image.WidthPixels, image.HeightPixels));
        Assert.Equal(Latitude, image.ClaimedPoint!.Value.Latitude, 0.00001);
        Assert.Equal(Longitude, image.ClaimedPoint.Value.Longitude, 0.00001);
        Assert.Equal(-1, image.Content.AsSpan().IndexOf(Secret));
        Assert.Equal(-1, image.Content.AsSpan().IndexOf("Exif"u8));
        Assert.Null(ImageFile.Read(image.Content).ClaimedPoint);
    }

    [Fact]
    public void South_and_west_are_negative_and_what_cannot_be_read_claims_nothing()
    {
        var image = ImageFile.Read(Jpeg(1, 1, ExifSegment(Tiff(-33.5, -70.25))));
        Assert.Equal((-33.5, -70.25), image.ClaimedPoint);
        var tiff = Tiff(Latitude, Longitude);
        for (var length = 0; length < tiff.Length; length++)
        {
            Assert.Null(ImageFile.Read(Jpeg(1, 1, ExifSegment(tiff[..length]))).ClaimedPoint);
        }
    }

    /// <summary>However much of it arrived: it is never taken as a whole photo, and never an error of ours.</summary>
    [Theory]
    [MemberData(nameof(Whole))]
    public void A_photo_cut_anywhere_is_refused(string mediaType, byte[] file)
    {
        for (var length = 2; length < file.Length; length++)
        {
            var refused = Assert.Throws<Refusal>(() => ImageFile.Read(file.AsSpan(0, length)));
            Assert.True(
                refused.Reason is "PHOTO_TRUNCATED" or "PHOTO_TYPE_UNKNOWN",
                $"{mediaType} of {length}: {refused.Reason}"
            );
        }

        Assert.Equal("PHOTO_TRUNCATED", Reason(file[..^1]));
    }

    [Fact]
    public void Random_damage_is_refused_with_a_reason_or_taken_but_is_no_error_of_ours()
    {
        var random = new Random(4_711);
        byte[][] files = [Jpeg(), Png(), Webp()];
        for (var round = 0; round < 3_000; round++)
        {
            var file = (byte[])files[round % files.Length].Clone();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.True(ImageFile.Read(file).WidthPixels > 0);
            }
            catch (Refusal refused)
            {
                Assert.StartsWith("PHOTO_", refused.Reason, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", "PHOTO_IS_SVG")]
    [InlineData("<?xml version='1.0'?><!-- x --><SVG onload='alert(1)'/>", "PHOTO_IS_SVG")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0", "PHOTO_IS_HEIC")]
    [InlineData("\0\0\0\u0018ftypmif1\0\0\0\0", "PHOTO_IS_HEIC")]
    [InlineData("\0\0\0\u0018ftypmp42\0\0\0\0", "PHOTO_TYPE_UNKNOWN")]
    [InlineData("GIF89a and so on and on", "PHOTO_TYPE_UNKNOWN")]
    [InlineData("<html><script>alert(1)</script></html>", "PHOTO_TYPE_UNKNOWN")]
    [InlineData("PK\u0003\u0004 and a zip archive behind it", "PHOTO_TYPE_UNKNOWN")]
    public void What_is_no_photo_is_refused_by_what_it_is(string text, string reason) =>
        Assert.Equal(reason, Reason(Encoding.Latin1.GetBytes(text)));

    public static TheoryData<byte[]> Disguised() =>
        new()
        {
            new byte[] { 0xFF, 0xD8, 0xFF, (byte)'<', (byte)'h', (byte)'t', (byte)'m', (byte)'l', (byte)'>' }
                .Concat(new byte[20_000])
                .ToArray(),
            new byte[] { 0xFF, 0xD8, 0xFF, 0xD9 },
            new byte[] { 0xFF, 0xD8, 0xFF, 0xD8, 0xFF, 0xD9 },
            PngOf(4, 3, []),
            PngOf(0, 3, [1]),
            PngOf(-1, 3, [1]),
            PngOf(4, 3, [1], Chunk("EVIL", [1])),
            Png().Select((b, at) => at == 20 ? (byte)(b + 1) : b).ToArray(),
            Riff(WebpChunk("VP8 ", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])),
            Riff(WebpChunk("VP8L", [1, 2, 3, 4, 5])),
            Riff(WebpChunk("EVIL", [1])),
            Riff([]),
            Webp(4, 3, WebpChunk("VP8X", [0x02, 0, 0, 0, 3, 0, 0, 2, 0, 0])),
        };

    /// <summary>What a viewer does not need, where one that only looks for known metadata would leave it.</summary>
    public static TheoryData<byte[]> Smuggled() =>
        new()
        {
            // A second frame: of two sizes, the last was taken for the picture's.
            Jpeg(4, 3, Segment(0xC0, [8, 0xFF, 0xFF, 0xFF, 0xFF, 1, 1, 0x11, 0])),
            Jpeg(4, 3, Segment(0xF7, Secret)),
            Jpeg(4, 3, Segment(0xC8, Secret)),
            PngOf(4, 3, [1], Chunk("IHDR", [0, 0, 255, 255, 0, 0, 255, 255, 8, 0, 0, 0, 0])),
            PngOf(4, 3, [1], Chunk("gAMA", Secret)),
            PngOf(4, 3, [1], Chunk("PLTE", new byte[769])),
            Webp(4, 3, WebpChunk("VP8X", [0, 0, 0, 0, 3, 0, 0, 2, 0, 0, .. Secret])),
            Webp(4, 3, Canvas, Canvas),
            Webp(4, 3, WebpChunk("ALPH", Secret)),
            Webp(4, 3, Canvas, WebpChunk("ALPH", [1]), WebpChunk("ALPH", Secret)),
        };

    private static byte[] Canvas => WebpChunk("VP8X", [0x10, 0, 0, 0, 3, 0, 0, 2, 0, 0]);

    [Theory]
    [MemberData(nameof(Smuggled))]
    public void What_no_viewer_needs_is_not_carried_along(byte[] file) =>
        Assert.Equal("PHOTO_STRUCTURE_WRONG", Reason(file));

    [Fact]
    public void Bits_that_no_version_uses_yet_are_emptied()
    {
        var image = ImageFile.Read(Webp(4, 3, WebpChunk("VP8X", [0xFF - 0x02, 0x41, 0x42, 0x43, 3, 0, 0, 2, 0, 0])));
        Assert.Equal(new byte[] { 0x10, 0, 0, 0 }, image.Content[20..24]);
    }

    [Fact]
    public void A_position_divided_by_zero_claims_nothing()
    {
        const int denominators = 84;
        for (var at = denominators; at < denominators + 48; at += 8)
        {
            var tiff = Tiff(Latitude, Longitude);
            tiff.AsSpan(at, 4).Clear();
            Assert.Null(ImageFile.Read(Jpeg(1, 1, ExifSegment(tiff))).ClaimedPoint);
        }
    }

    [Theory]
    [MemberData(nameof(Disguised))]
    public void What_only_begins_as_a_photo_is_found_out(byte[] file) =>
        Assert.Equal("PHOTO_STRUCTURE_WRONG", Reason(file));

    [Fact]
    public void Fifty_megapixels_are_taken_and_one_row_more_is_not()
    {
        Assert.Equal(10_000, ImageFile.Read(Jpeg(10_000, 5_000)).WidthPixels);
        Assert.Equal("PHOTO_TOO_MANY_PIXELS", Reason(Jpeg(10_000, 5_001)));
        Assert.Equal("PHOTO_TOO_MANY_PIXELS", Reason(PngOf(int.MaxValue, int.MaxValue, [1])));
        Assert.Equal("PHOTO_TOO_MANY_PIXELS", Reason(Webp(16_383, 16_383)));
        var canvas = WebpChunk("VP8X", [0, 0, 0, 0, 255, 255, 0, 255, 255, 0]);
        Assert.Equal("PHOTO_TOO_MANY_PIXELS", Reason(Webp(4, 3, canvas)));
    }

    [Fact]
    public void Three_mebibytes_are_taken_and_a_byte_more_is_not()
    {
        byte[] Of(int bytes) => [.. Jpeg(), .. new byte[bytes - Jpeg().Length]];
        Assert.Equal(Jpeg().Length, ImageFile.Read(Of(3 * 1024 * 1024)).Content.Length);
        Assert.Equal("PHOTO_TOO_LARGE", Reason(Of((3 * 1024 * 1024) + 1)));
    }

    private static string Reason(byte[] file) => Assert.Throws<Refusal>(() => ImageFile.Read(file)).Reason;

    /// <summary>The header of a lossless WebP: two sides of 14 bits, less one.</summary>
    private static byte[] Bits(int width, int height) =>
        BitConverter.GetBytes((uint)(width - 1) | ((uint)(height - 1) << 14));
}

using Grpc.Core;
using Mobility.Platform.Rpc;

namespace Mobility.Parking.Photos;

/// <summary>An image as it is kept: without any metadata.</summary>
/// <param name="MediaType">By signature and structure.</param>
/// <param name="WidthPixels">By its header.</param>
/// <param name="HeightPixels">By its header.</param>
/// <param name="Content">The bytes.</param>
/// <param name="ClaimedPoint">Where EXIF claimed it was taken; null for nowhere.</param>
public sealed record ImageFile(
    string MediaType,
    int WidthPixels,
    int HeightPixels,
    byte[] Content,
    (double Latitude, double Longitude)? ClaimedPoint
)
{
    /// <summary>A photo of 2048 pixels, as the pages make them, has a third of it.</summary>
    public const int BytesMax = 3 * 1024 * 1024;

    /// <summary>More pixels than a phone's best camera takes; a small file that unpacks to more is an attack.</summary>
    public const long PixelsMax = 50_000_000;

    /// <summary>How far into a text its first element is looked for.</summary>
    private const int TextHead = 1024;
    private const int SignatureBytes = 12;
    private static readonly string[] HeicBrands = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"];

    /// <summary>Checks a file by signature, structure and header, without decoding it, and takes its metadata
    /// out.</summary>
    /// <exception cref="Refusal">Each kind of file that is not taken has a reason of its own.</exception>
    public static ImageFile Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > BytesMax)
        {
            throw Refused(Errors.PhotoTooLarge, $"The photo has more than {BytesMax} bytes.");
        }

        var image =
            JpegFile.IsOne(file) ? JpegFile.Read(file)
            : PngFile.IsOne(file) ? PngFile.Read(file)
            : WebpFile.IsOne(file) ? WebpFile.Read(file)
            : throw Unknown(file);
        if (image.WidthPixels <= 0 || image.HeightPixels <= 0)
        {
            throw Wrong("it has no pixels");
        }

        return (long)image.WidthPixels * image.HeightPixels <= PixelsMax
            ? image
            : throw Refused(Errors.PhotoTooManyPixels, $"The photo has more than {PixelsMax} pixels.");
    }

    internal static Refusal Truncated() =>
        Refused(Errors.PhotoTruncated, "The photo ends in the middle: it was not sent whole.");

    internal static Refusal Wrong(string what) =>
        Refused(Errors.PhotoStructureWrong, $"The file begins as a photo and is none: {what}.");

    private static Refusal Unknown(ReadOnlySpan<byte> file)
    {
        if (file.Length > 11 && file[4..8].SequenceEqual("ftyp"u8))
        {
            var brand = System.Text.Encoding.ASCII.GetString(file[8..12]);
            if (HeicBrands.Contains(brand, StringComparer.Ordinal))
            {
                return Refused(Errors.PhotoIsHeic, "HEIC is not taken: send the photo as JPEG.");
            }
        }

        var head = System.Text.Encoding.UTF8.GetString(file[..Math.Min(file.Length, TextHead)]);
        if (head.Contains("<svg", StringComparison.OrdinalIgnoreCase))
        {
            return Refused(Errors.PhotoIsSvg, "SVG is a program, no photo.");
        }

        return IsBeginning(file)
            ? Truncated()
            : Refused(Errors.PhotoTypeUnknown, "The file is no JPEG, PNG or WebP, whatever it is called.");
    }

    /// <summary>Is it the first bytes of a photo and no more?</summary>
    private static bool IsBeginning(ReadOnlySpan<byte> file) =>
        file.Length is > 1 and < SignatureBytes
        && (
            PngFile.Signature.StartsWith(file)
            || file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8])
            || file.StartsWith("RIFF"u8)
        );

    private static Refusal Refused(string reason, string message) => new(StatusCode.InvalidArgument, reason, message);
}

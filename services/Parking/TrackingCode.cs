namespace Mobility.Parking;

/// <summary>The reporter's key to a complaint: 12 symbols of Crockford's base 32, 60 bits.</summary>
internal static class TrackingCode
{
    private const string Symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 12;
    private const int Group = 4;
    private const int BitsPerSymbol = 5;

    /// <summary>Longer input is nobody's code; the rest of it is not looked at.</summary>
    private const int InputLengthMax = 64;

    /// <summary>The code of the first 60 bits, as people see it: XXXX-XXXX-XXXX.</summary>
    public static string Of(ReadOnlySpan<byte> random)
    {
        var bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(random) >> (64 - Length * BitsPerSymbol);
        var symbols = new char[Length];
        for (var at = Length - 1; at >= 0; at--)
        {
            symbols[at] = Symbols[(int)(bits & 31)];
            bits >>= BitsPerSymbol;
        }

        return string.Join('-', symbols.Chunk(Group).Select(part => new string(part)));
    }

    /// <summary>The form in which codes are compared: no hyphens and spaces, capitals, and what is easily mistaken read
    /// as it is meant. What is no code at all stays something that no code equals.</summary>
    public static string Canonical(string typed)
    {
        var head = typed.Length <= InputLengthMax ? typed : typed[..InputLengthMax];
        return string.Concat(head.Where(c => c is not ('-' or ' ')).Select(Meant));
    }

    private static char Meant(char typed) =>
        char.ToUpperInvariant(typed) switch
        {
            'O' => '0',
            'I' or 'L' => '1',
            var other => other,
        };
}

using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789._-"
    );

    /// <summary>One header: text, or bytes when the key ends with <see cref="BinaryHeaderSuffix"/>.</summary>
    public class Entry
    {
        private readonly string _text;
        private readonly byte[] _bytes;

        public Entry(string key, string value)
        {
            Key = Normalized(key);
            ArgumentNullException.ThrowIfNull(value);
            if (IsBinary)
            {
                throw new ArgumentException(
                    $"'{Key}' ends with {BinaryHeaderSuffix}: its value is bytes.",
                    nameof(key)
                );
            }
            _text = value;
            _bytes = [];
        }

        public Entry(string key, byte[] valueBytes)
        {
            Key = Normalized(key);
            ArgumentNullException.ThrowIfNull(valueBytes);
            if (!IsBinary)
            {
                throw new ArgumentException($"'{Key}' must end with {BinaryHeaderSuffix} to carry bytes.", nameof(key));
            }
            _text = "";
            // The caller's array may change after this call.
            _bytes = [.. valueBytes];
        }

        public string Key { get; }

        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        public string Value =>
            IsBinary ? throw new InvalidOperationException($"The value of '{Key}' is bytes, not text.") : _text;

        public byte[] ValueBytes => IsBinary ? [.. _bytes] : Encoding.ASCII.GetBytes(_text);

        public override string ToString() =>
            IsBinary ? $"[Entry: key={Key}, {_bytes.Length} bytes]" : $"[Entry: key={Key}, value={_text}]";

        private static string Normalized(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var lower = key.ToLowerInvariant();
            return lower.Length > 0 && !lower.AsSpan().ContainsAnyExcept(KeyCharacters)
                ? lower
                : throw new ArgumentException(
                    $"'{key}' is not a metadata key: a-z, 0-9, '.', '_' and '-' only.",
                    nameof(key)
                );
        }
    }
}

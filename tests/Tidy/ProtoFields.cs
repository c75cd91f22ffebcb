using System.Text.RegularExpressions;

namespace Mobility.Tests.Tidy;

/// <summary>A field of a message, with the comment above it.</summary>
/// <param name="Message">The innermost message that holds it.</param>
/// <param name="Type">Type as written, without "repeated".</param>
/// <param name="Name">Its name.</param>
/// <param name="Comment">Lines of its comment, joined by spaces.</param>
/// <param name="Line">Line counted from 0.</param>
public sealed record ProtoField(string Message, string Type, string Name, string Comment, int Line);

/// <summary>Reads the fields of a proto file; enum values are none.</summary>
public static partial class ProtoFields
{
    public static IEnumerable<ProtoField> Of(SourceFile file)
    {
        var blocks = new Stack<string>();
        var comment = new List<string>();
        foreach (var (line, number) in file.Lines.Select((l, n) => (l.Trim(), n)))
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                comment.Add(line[2..].Trim());
                continue;
            }
            var field = Field().Match(line);
            if (field.Success && blocks.TryPeek(out var block) && !block.StartsWith("enum", StringComparison.Ordinal))
            {
                yield return new ProtoField(
                    blocks.First(b => b.StartsWith("message", StringComparison.Ordinal)).Split(' ')[1],
                    field.Groups["type"].Value,
                    field.Groups["name"].Value,
                    string.Join(' ', comment),
                    number
                );
            }
            comment.Clear();
            if (line.EndsWith('{'))
            {
                blocks.Push(line);
            }
            else if (line.StartsWith('}'))
            {
                blocks.Pop();
            }
        }
    }

    [GeneratedRegex(
        @"\A(repeated |optional )?(?<type>[\w.]+|map<[^>]+>) (?<name>\w+) = \d+( \[.*\])?;",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Field();
}

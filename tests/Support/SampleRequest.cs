using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mobility.Tests.Support;

/// <summary>Requests made from descriptors alone, for tests that visit every RPC.</summary>
public static class SampleRequest
{
    private const string Id = "0190a6c0-0000-7000-8000-00000000abcd";

    /// <summary>A request whose every field is set and whose parent or name belongs to the client.</summary>
    public static IMessage Of(MethodDescriptor method, string client = TestIssuer.Client)
    {
        var request = Filled(method.InputType, depth: 0);
        Set(request, "parent", $"clients/{client}");
        Set(request, "name", $"clients/{client}/{CollectionOf(method)}/{Id}");
        Set(request, "request_id", Id);
        return request;
    }

    /// <summary>The plural of the noun that the method's name ends in: GetFault and ListFaults speak of
    /// faults.</summary>
    private static string CollectionOf(MethodDescriptor method)
    {
        var noun = method.Name[(1 + method.Name.AsSpan(1).IndexOfAnyInRange('A', 'Z'))..].ToLowerInvariant();
        return noun.EndsWith('s') ? noun : noun + "s";
    }

    private static void Set(IMessage message, string field, string value) =>
        message.Descriptor.FindFieldByName(field)?.Accessor.SetValue(message, value);

    private static IMessage Filled(MessageDescriptor type, int depth)
    {
        var message = type.Parser.ParseFrom([]);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (field.IsRepeated || field.RealContainingOneof is not null)
            {
                continue;
            }
            if (field.FieldType != FieldType.Message)
            {
                field.Accessor.SetValue(message, Value(field));
            }
            else if (depth < 4)
            {
                field.Accessor.SetValue(message, Filled(field.MessageType, depth + 1));
            }
        }
        return message;
    }

    private static object Value(FieldDescriptor field) =>
        field.FieldType switch
        {
            FieldType.String => "x",
            FieldType.Bool => true,
            FieldType.Int32 => 1,
            FieldType.Int64 => 1L,
            FieldType.Double => 1d,
            FieldType.Bytes => ByteString.CopyFromUtf8("x"),
            FieldType.Enum => field.EnumType.Values[1].Number,
            _ => throw new NotSupportedException($"{field.FullName} has a type that no sample knows."),
        };
}

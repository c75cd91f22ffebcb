using System.Text.Json.Nodes;
using System.Xml.Linq;
using Google.Protobuf.Reflection;
using Microsoft.OpenApi;

namespace Mobility.Web.Api;

/// <summary>JSON schemas of proto messages, with the protos' own comments.</summary>
internal static class ProtoSchemas
{
    private static readonly Lazy<Dictionary<string, string>> Comments = new(ReadComments);

    /// <summary>A reference to the message's schema, which is added to the document with all that it refers to.
    /// Fields left out make a schema of their own.</summary>
    public static OpenApiSchemaReference Reference(
        MessageDescriptor message,
        IReadOnlyList<string> leftOut,
        OpenApiDocument document
    )
    {
        var id = message.Name;
        if (document.Components?.Schemas?.ContainsKey(id) != true)
        {
            var schema = new OpenApiSchema { Type = JsonSchemaType.Object };
            document.AddComponent(id, schema);
            schema.Properties = message
                .Fields.InFieldNumberOrder()
                .Where(f => !leftOut.Contains(f.Name))
                .ToDictionary(f => f.Name, f => Property(f, document), StringComparer.Ordinal);
        }
        return new OpenApiSchemaReference(id, document);
    }

    /// <summary>The schema of an error.</summary>
    public static OpenApiSchema Problem() =>
        new()
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["type"] = Text("Always about:blank."),
                ["title"] = Text("An English sentence for developers."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
                ["code"] = Text("The gRPC status, for example NOT_FOUND."),
                ["reason"] = Text("A reason of the service's catalogue, for example COMPLAINT_NOT_FOUND."),
                ["metadata"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Description = "Values that may be shown.",
                    AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String },
                },
                ["violations"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Description = "Every field that was wrong.",
                    Items = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                        {
                            ["field"] = Text("Path as in the proto."),
                            ["description"] = Text("What is wrong."),
                        },
                    },
                },
            },
        };

    private static IOpenApiSchema Property(FieldDescriptor field, OpenApiDocument document)
    {
        if (field.IsMap)
        {
            return new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String },
                Description = Comment(field),
            };
        }
        if (field.IsRepeated)
        {
            return new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = Single(field, null, document),
                Description = Comment(field),
            };
        }
        return Single(field, Comment(field), document);
    }

    private static IOpenApiSchema Single(FieldDescriptor field, string? comment, OpenApiDocument document) =>
        field.FieldType switch
        {
            FieldType.Message when field.MessageType.FullName == "google.protobuf.Timestamp" => Text(
                comment,
                "date-time"
            ),
            FieldType.Message => new OpenApiSchemaReference(
                Reference(field.MessageType, [], document).Reference.Id!,
                document
            )
            {
                Description = comment,
            },
            FieldType.Enum => new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Description = comment,
                Enum = [.. field.EnumType.Values.Select(v => (JsonNode)v.Name)],
            },
            FieldType.Bool => new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = comment },
            FieldType.Double => new OpenApiSchema
            {
                Type = JsonSchemaType.Number,
                Format = "double",
                Description = comment,
            },
            FieldType.Int32 => new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = "int32",
                Description = comment,
            },
            FieldType.Int64 => Text(comment, "int64"),
            FieldType.Bytes => Text(comment, "byte"),
            _ => Text(comment),
        };

    private static OpenApiSchema Text(string? comment, string? format = null) =>
        new()
        {
            Type = JsonSchemaType.String,
            Format = format,
            Description = comment,
        };

    private static string? Comment(FieldDescriptor field) =>
        Comments.Value.GetValueOrDefault($"P:{field.ContainingType.ClrType.FullName}.{field.PropertyName}");

    /// <summary>The compiler keeps the protos' comments beside the assembly.</summary>
    private static Dictionary<string, string> ReadComments()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Mobility.Protos.xml");
        return File.Exists(file)
            ? XDocument
                .Load(file)
                .Descendants("member")
                .Where(m => m.Element("summary") is not null)
                .ToDictionary(
                    m => m.Attribute("name")!.Value,
                    m =>
                        string.Join(
                            ' ',
                            m.Element("summary")!.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                        ),
                    StringComparer.Ordinal
                )
            : [];
    }
}

using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mobility.Web.Api;

/// <summary>The OpenAPI document of the twins: operations from their routes, schemas from the protos.</summary>
public static class ApiDocument
{
    private const string Json = "application/json";
    private const string ProblemSchema = "Problem";
    private const string TokenScheme = "bearer";

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = description => TwinOf(description.ActionDescriptor.EndpointMetadata) is not null;
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddOperationTransformer(Describe);
        options.AddDocumentTransformer(Complete);
    }

    private static Task Describe(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken token
    )
    {
        var twin = TwinOf(context.Description.ActionDescriptor.EndpointMetadata)!;
        var document = context.Document!;
        operation.OperationId = twin.Id;
        operation.Summary = twin.Summary;
        operation.Parameters = [.. ParametersOf(twin, context.Description.RelativePath ?? "")];
        if (twin.Body is not null)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = Content(Json, ProtoSchemas.Reference(twin.Body, twin.LeftOut, document)),
            };
        }
        operation.Responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse
            {
                Description = "Done.",
                Content = Content(Json, ProtoSchemas.Reference(twin.Reply, [], document)),
            },
            ["default"] = new OpenApiResponse
            {
                Description = "Refused: the reason and every violation.",
                Content = Content("application/problem+json", new OpenApiSchemaReference(ProblemSchema, document)),
            },
        };
        if (twin.NeedsToken)
        {
            var scheme = new OpenApiSecuritySchemeReference(TokenScheme, document);
            operation.Security = [new OpenApiSecurityRequirement { [scheme] = [] }];
        }
        return Task.CompletedTask;
    }

    private static Task Complete(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken token
    )
    {
        document.Info = new OpenApiInfo
        {
            Title = "Mobility",
            Version = "1",
            Description =
                "Twins of the gRPC calls of riders and reporters. Repeating a call with the same Idempotency-Key has "
                + "one effect. Times are RFC 3339, 64-bit numbers are strings, enums are names.",
        };
        // The document says where nothing runs: it is the same on every machine.
        document.Servers = [];
        document.Tags = null;
        document.AddComponent(ProblemSchema, ProtoSchemas.Problem());
        document.AddComponent<IOpenApiSecurityScheme>(
            TokenScheme,
            new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
            }
        );
        foreach (var operation in document.Paths.Values.SelectMany(p => p.Operations ?? []).Select(o => o.Value))
        {
            operation.Tags = null;
        }
        return Task.CompletedTask;
    }

    private static IEnumerable<IOpenApiParameter> ParametersOf(Twin twin, string path)
    {
        foreach (var part in path.Split('/').Where(p => p.StartsWith('{')))
        {
            yield return Parameter(part.Trim('{', '}'), ParameterLocation.Path, required: true, "Id of the resource.");
        }
        if (twin.HasEffect)
        {
            yield return Parameter(
                Twin.KeyHeader,
                ParameterLocation.Header,
                required: true,
                "A random UUID (version 4), the same for every repeat of this call."
            );
        }
        if (twin.IsList)
        {
            var size = Parameter("page_size", ParameterLocation.Query, required: false, "1 to 200; 50 if left out.");
            size.Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" };
            yield return size;
            yield return Parameter(
                "page_token",
                ParameterLocation.Query,
                required: false,
                "next_page_token of the page before."
            );
        }
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation place, bool required, string text) =>
        new()
        {
            Name = name,
            In = place,
            Required = required,
            Description = text,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };

    private static Dictionary<string, OpenApiMediaType> Content(string type, IOpenApiSchema schema) =>
        new(StringComparer.Ordinal) { [type] = new OpenApiMediaType { Schema = schema } };

    private static Twin? TwinOf(IEnumerable<object> metadata) => metadata.OfType<Twin>().FirstOrDefault();
}

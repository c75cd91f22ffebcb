using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;
using Status = Google.Rpc.Status;

namespace Mobility.Launcher;

/// <summary>
/// `./mobility call`: one call of any RPC by hand, JSON in and JSON out. `parent` and `request_id` may be left out.
/// </summary>
internal static class RpcCall
{
    private static readonly IReadOnlyDictionary<string, ServiceDescriptor> Services = new Dictionary<
        string,
        ServiceDescriptor
    >(StringComparer.Ordinal)
    {
        ["faults"] = FaultsService.Descriptor,
        ["refunds"] = RefundsService.Descriptor,
        ["parking"] = ParkingService.Descriptor,
        ["desk"] = DeskService.Descriptor,
    };

    private static readonly JsonFormatter Pretty = new(
        JsonFormatter.Settings.Default.WithIndentation().WithPreserveProtoFieldNames(true)
    );

    /// <summary>Names of every RPC, for a message.</summary>
    public static string Names => string.Join(", ", Services.Values.SelectMany(s => s.Methods).Select(m => m.Name));

    /// <summary>Finds an RPC by its bare name; null when there is none.</summary>
    public static MethodDescriptor? Find(string rpc) =>
        Services.Values.Select(service => service.FindMethodByName(rpc)).FirstOrDefault(method => method is not null);

    /// <summary>Reads the request.</summary>
    /// <param name="method">The RPC.</param>
    /// <param name="json">Proto3 JSON; field names in either form.</param>
    /// <param name="client">The client that `parent` names unless the JSON has one.</param>
    /// <exception cref="UsageException">It is no such request.</exception>
    public static IMessage Read(MethodDescriptor method, string json, string client)
    {
        try
        {
            var request = JsonParser.Default.Parse(json, method.InputType);
            Fill(request, "parent", $"clients/{client}");
            Fill(request, "request_id", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
            return request;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new UsageException($"--json is no {method.InputType.Name}: {e.Message}");
        }
    }

    /// <summary>Calls and prints the reply, or one field of it;
    /// an error with all its details goes to the error output.</summary>
    /// <param name="method">The RPC.</param>
    /// <param name="request">Its request.</param>
    /// <param name="state">Where the services are.</param>
    /// <param name="bearer">The token; null when nobody in particular calls.</param>
    /// <param name="field">The one field to print; null = the whole reply.</param>
    /// <returns>Exit code: 0, or 1 when the service refused.</returns>
    public static async Task<int> Run(
        MethodDescriptor method,
        IMessage request,
        RunState state,
        string? bearer,
        string? field
    )
    {
        var name = Services.Single(service => service.Value == method.Service).Key;
        using var channel = GrpcChannel.ForAddress(state.Services[name].Grpc);
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(10);
        var headers = bearer is null ? [] : new Metadata { { "authorization", $"Bearer {bearer}" } };
        var options = new CallOptions(headers, deadline);
        try
        {
            var reply = await channel.CreateCallInvoker().AsyncUnaryCall(MethodOf(method), null, options, request);
            Console.WriteLine(field is null ? Pretty.Format(reply) : FieldOf(reply, field));
            return 0;
        }
        catch (RpcException e)
        {
            foreach (var line in Told(e))
            {
                await Console.Error.WriteLineAsync(line);
            }
            return 1;
        }
    }

    /// <summary>The reason of a refusal; the code's name when it carries none.</summary>
    public static string ReasonOf(RpcException e)
    {
        var details = e.Trailers.GetValueBytes(Refusal.DetailsTrailer) is { } bytes
            ? Status.Parser.ParseFrom(bytes).Details
            : [];
        var info = details.FirstOrDefault(d => d.Is(ErrorInfo.Descriptor))?.Unpack<ErrorInfo>();
        return info is null ? $"{e.StatusCode}" : ReasonOf(info);
    }

    /// <summary>Code, reason and sentence; then each violated field and each value of the details.</summary>
    private static IEnumerable<string> Told(RpcException e)
    {
        if (e.Trailers.GetValueBytes(Refusal.DetailsTrailer) is not { } bytes)
        {
            yield return $"{e.StatusCode}: {e.Status.Detail}";
            yield break;
        }
        var details = Status.Parser.ParseFrom(bytes).Details;
        foreach (var info in details.Where(d => d.Is(ErrorInfo.Descriptor)).Select(d => d.Unpack<ErrorInfo>()))
        {
            yield return $"{e.StatusCode} {ReasonOf(info)} ({info.Domain}): {e.Status.Detail}";
            foreach (var (key, value) in info.Metadata)
            {
                yield return $"  {key} = {value}";
            }
        }
        foreach (var bad in details.Where(d => d.Is(BadRequest.Descriptor)).Select(d => d.Unpack<BadRequest>()))
        {
            foreach (var violation in bad.FieldViolations)
            {
                yield return $"  {violation.Field} {violation.Description}";
            }
        }
    }

    /// <summary>Field 1 has two names in the versions of its package.</summary>
    private static string ReasonOf(ErrorInfo info) =>
        (string)ErrorInfo.Descriptor.FindFieldByNumber(1).Accessor.GetValue(info);

    private static void Fill(IMessage request, string name, string value)
    {
        if (request.Descriptor.FindFieldByName(name) is { } field && (string)field.Accessor.GetValue(request) == "")
        {
            field.Accessor.SetValue(request, value);
        }
    }

    private static object FieldOf(IMessage reply, string name) =>
        reply.Descriptor.FindFieldByName(name) is { } field
            ? field.Accessor.GetValue(reply)
            : throw new UsageException($"{reply.Descriptor.Name} has no field `{name}`");

    private static Method<IMessage, IMessage> MethodOf(MethodDescriptor method) =>
        new(
            MethodType.Unary,
            method.Service.FullName,
            method.Name,
            Marshal(method.InputType.Parser),
            Marshal(method.OutputType.Parser)
        );

    private static Marshaller<IMessage> Marshal(MessageParser parser) =>
        Marshallers.Create<IMessage>(
            (message, context) => context.Complete(message.ToByteArray()),
            context => parser.ParseFrom(context.PayloadAsReadOnlySequence().ToArray())
        );
}

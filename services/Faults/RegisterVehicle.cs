using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>Registers a vehicle of the client.</summary>
public static class RegisterVehicle
{
    private const int ExternalIdLength = 64;

    public static Task<V1.Vehicle> Handle(RegisterVehicleRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.RequestId(request.RequestId);
        check.That(request.Vehicle is not null, "vehicle", "must be set");
        var vehicle = Read(request.Vehicle ?? new V1.Vehicle(), client, check);
        check.Done();
        return call.Once(
            client.Id,
            request.RequestId,
            request,
            async tx =>
            {
                var registered = vehicle with { Id = call.NewId(), CreateTime = tx.Now, UpdateTime = tx.Now };
                if (!await VehicleTable.TryInsert(tx, registered))
                {
                    throw new Refusal(
                        StatusCode.AlreadyExists,
                        Errors.PrintedCodeInUse,
                        $"A vehicle has the printed code {registered.PrintedCode} already.",
                        ("printed_code", registered.PrintedCode)
                    );
                }

                tx.Publish(Events.Changed(registered), registered.Name);
                return Replies.Of(registered);
            }
        );
    }

    private static Vehicle Read(V1.Vehicle wire, ClientProfile client, Check check)
    {
        var code = Vehicle.CanonicalCode(wire.PrintedCode);
        check.That(Vehicle.IsCode(code), "vehicle.printed_code", "must be 2 to 32 letters A-Z, digits or hyphens");
        check.That(
            client.Id.Length == 0 || client.Products.Contains(wire.Product, StringComparer.Ordinal),
            "vehicle.product",
            $"must be a product of the client: {string.Join(", ", client.Products)}"
        );
        return new Vehicle
        {
            ClientId = client.Id,
            PrintedCode = code,
            Product = wire.Product,
            ExternalId = check.Text(wire.ExternalId, "vehicle.external_id", 0, ExternalIdLength),
        };
    }
}

using Mobility.PaymentGateway;

var errors = new List<string>();
var options = GatewayOptions.Read(args, Environment.GetEnvironmentVariable("GATEWAY_SECRET"), errors);
using var books = GatewayBooks.Open(options, TimeProvider.System, errors);
if (errors.Count > 0 || books is null)
{
    foreach (var error in errors)
    {
        await Console.Error.WriteLineAsync($"payment gateway: {error}");
    }
    return 2;
}

await using var app = GatewayApp.Build(options, books, TimeProvider.System);
try
{
    await app.StartAsync();
}
catch (IOException failure)
{
    await Console.Error.WriteLineAsync($"payment gateway: cannot listen on port {options.Port}: {failure.Message}");
    return 2;
}

// The launcher and the tests read the port from this line, because port 0 means "any free one".
await Console.Out.WriteLineAsync($"payment gateway listening on {app.Urls.Single()}");
await app.WaitForShutdownAsync();
return 0;

using System.Globalization;

namespace Mobility.PaymentGateway;

/// <summary>What the command line and the environment say: `--port N --data DIR` and GATEWAY_SECRET.</summary>
public sealed record GatewayOptions(int Port, string DataDirectory, string Secret)
{
    /// <summary>A shorter secret is a forgotten placeholder rather than a secret.</summary>
    public const int MinSecretLength = 16;

    /// <summary>Reads everything and adds one line to <paramref name="errors"/> for each thing that is wrong.</summary>
    public static GatewayOptions Read(IReadOnlyList<string> args, string? secret, List<string> errors)
    {
        string? port = null;
        string? data = null;
        for (var i = 0; i < args.Count; i++)
        {
            var value = i + 1 < args.Count ? args[i + 1] : null;
            switch (args[i])
            {
                case "--port":
                    port = value ?? "";
                    i++;
                    break;
                case "--data":
                    data = value ?? "";
                    i++;
                    break;
                default:
                    errors.Add($"unknown argument '{args[i]}' (known: --port N --data DIR)");
                    break;
            }
        }

        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 65535)
        {
            errors.Add($"--port must be a number from 0 (any free port) to 65535, not '{port}'");
        }
        if (string.IsNullOrWhiteSpace(data))
        {
            errors.Add("--data must name the directory that keeps the ledgers");
        }
        if (
            string.IsNullOrEmpty(secret)
            || secret.Length < MinSecretLength
            || secret.Contains(':', StringComparison.Ordinal)
        )
        {
            errors.Add($"GATEWAY_SECRET must be set to {MinSecretLength} characters or more, without a colon");
        }
        return new GatewayOptions(number, data ?? "", secret ?? "");
    }
}

namespace Mobility.PaymentGateway;

/// <summary>The two books of the simulator, each on its own journal: payments with cancels, and back office.</summary>
public sealed class GatewayBooks : IDisposable
{
    private readonly IDisposable[] files;

    private GatewayBooks(PaymentBook payments, BackOffice backOffice, params IDisposable[] files)
    {
        Payments = payments;
        BackOffice = backOffice;
        this.files = files;
    }

    public PaymentBook Payments { get; }

    public BackOffice BackOffice { get; }

    public FaultPlan Faults { get; } = new();

    /// <summary>Opens and replays both journals; null, with reasons in <paramref name="errors"/>, on failure.</summary>
    public static GatewayBooks? Open(GatewayOptions options, TimeProvider clock, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
        {
            return null;
        }
        var ledger = Journal<LedgerLine>.Open(options.DataDirectory, "ledger.jsonl", errors);
        var office = Journal<BackOfficeLine>.Open(options.DataDirectory, "back-office.jsonl", errors);
        try
        {
            if (ledger is not null && office is not null)
            {
                var payments = new PaymentBook(ledger, clock);
                return new GatewayBooks(payments, new BackOffice(office, clock), ledger, office);
            }
        }
        catch (InvalidDataException failure)
        {
            errors.Add($"--data: the ledger does not add up: {failure.Message}");
        }
        ledger?.Dispose();
        office?.Dispose();
        return null;
    }

    /// <summary>Books that nobody opens again: no disk is waited for.</summary>
    public static GatewayBooks InMemory(TimeProvider clock) =>
        new(
            new PaymentBook(Journal<LedgerLine>.InMemory(), clock),
            new BackOffice(Journal<BackOfficeLine>.InMemory(), clock)
        );

    public void Dispose()
    {
        foreach (var file in files)
        {
            file.Dispose();
        }
    }
}

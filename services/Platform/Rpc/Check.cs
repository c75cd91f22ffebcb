using Google.Protobuf.WellKnownTypes;

namespace Mobility.Platform.Rpc;

/// <summary>Reads the fields of a request and collects every violation, so that a caller mends all at once.</summary>
public sealed class Check(Call call)
{
    private readonly List<Violation> violations = [];

    /// <summary>Has every field been right so far?</summary>
    public bool IsClean => violations.Count == 0;

    /// <summary>Adds a violation unless the condition holds.</summary>
    public void That(bool holds, string field, string description)
    {
        if (!holds)
        {
            violations.Add(new Violation(field, description));
        }
    }

    /// <summary>The client of a parent "clients/{client}"; a harmless empty one when it is not known.</summary>
    public ClientProfile Client(string parent, string field = "parent")
    {
        var slug = ResourceName.ClientOf(parent);
        var whole = slug is not null && string.Equals(parent, $"clients/{slug}", StringComparison.Ordinal);
        That(whole, field, "must have the form clients/{client}");
        var client = whole ? call.Clients.Find(slug!) : null;
        That(!whole || client is not null, field, $"names an unknown client, {slug}");
        return client ?? new ClientProfile("", "", "UTC", "", [], []);
    }

    /// <summary>A required name of the collection.</summary>
    public ResourceName Name(string text, string field, string collection)
    {
        var right = ResourceName.TryParse(text, collection, out var name);
        That(right, field, $"must have the form clients/{{client}}/{collection}/{{uuid}}");
        That(
            !right || call.Clients.Find(name.ClientId) is not null,
            field,
            $"names an unknown client, {name.ClientId}"
        );
        return name;
    }

    /// <summary>An optional name of the collection that belongs to the client; null when empty.</summary>
    public ResourceName? NameOf(ClientProfile client, string text, string field, string collection)
    {
        if (text.Length == 0)
        {
            return null;
        }
        var right = ResourceName.TryParse(text, collection, out var name);
        That(right, field, $"must have the form clients/{{client}}/{collection}/{{uuid}}");
        // An unknown client has been named as such already.
        var same = client.Id.Length == 0 || string.Equals(name.ClientId, client.Id, StringComparison.Ordinal);
        That(!right || same, field, "must belong to the same client");
        return right ? name : null;
    }

    /// <summary>A text of a length within bounds, without control characters but line breaks and tabs.</summary>
    public string Text(string text, string field, int min, int max)
    {
        That(text.Length >= min, field, min == 1 ? "must not be empty" : $"must have at least {min} characters");
        That(text.Length <= max, field, $"must have at most {max} characters, has {text.Length}");
        That(
            !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')),
            field,
            "must not hold control characters"
        );
        return text;
    }

    /// <summary>The request id: a UUID; a random one (version 4) from callers without a token, who share one
    /// name.</summary>
    public string RequestId(string text)
    {
        That(
            // Else blanks around it would pass and make another key of it, of any length.
            text.Length == 36
                && Guid.TryParseExact(text, "D", out var id)
                && (!call.Caller.IsAnonymous || id.Version == 4),
            "request_id",
            "must be a random UUID such as 123e4567-e89b-42d3-a456-426614174000"
        );
        return text;
    }

    /// <summary>A set value of an enum that this version knows.</summary>
    public T Known<T>(T value, string field)
        where T : struct, System.Enum
    {
        That(System.Enum.IsDefined(value) && Convert.ToInt32(value) != 0, field, "must be set to a known value");
        return value;
    }

    /// <summary>An amount of the client's currency in whole minor units, within inclusive bounds.</summary>
    public Money Money(Type.V1.Money? wire, string field, ClientProfile client, long minMinor, long maxMinor)
    {
        if (wire is null)
        {
            That(holds: false, field, "must be set");
            return default;
        }
        var rightCurrency =
            client.Currency.Length == 0 || string.Equals(wire.CurrencyCode, client.Currency, StringComparison.Ordinal);
        That(rightCurrency, field + ".currency_code", $"must be {client.Currency}, the client's currency");
        var known = Rpc.Money.Digits.ContainsKey(wire.CurrencyCode);
        var whole = Rpc.Money.TryRead(wire, out var money);
        That(!known || whole, field, "must be a whole number of the currency's minor units");
        That(
            !whole || (money.Minor >= minMinor && money.Minor <= maxMinor),
            field,
            $"must be {minMinor} to {maxMinor}"
        );
        return money;
    }

    /// <summary>A time, cut to the millisecond; null when unset, with a violation if it is required or not a
    /// time.</summary>
    public DateTimeOffset? Time(Timestamp? wire, string field, bool required)
    {
        That(wire is not null || !required, field, "must be set");
        if (wire is null)
        {
            return null;
        }
        var right = wire.Seconds is >= -62135596800 and <= 253402300799 && wire.Nanos is >= 0 and < 1_000_000_000;
        That(right, field, "must be a time of the years 1 to 9999");
        return right ? Call.Millisecond(wire.ToDateTimeOffset()) : null;
    }

    /// <summary>A time that has happened, two minutes of a phone's fast clock allowed.</summary>
    public DateTimeOffset? PastTime(Timestamp? wire, string field, bool required)
    {
        var time = Time(wire, field, required);
        That(time is null || time <= call.Now + Limits.ClockLead, field, "must not lie in the future");
        return time;
    }

    /// <summary>Ends the check.</summary>
    /// <exception cref="Refusal">FIELD_INVALID with every violation.</exception>
    public void Done()
    {
        if (violations.Count > 0)
        {
            throw Refusal.Fields(violations);
        }
    }
}

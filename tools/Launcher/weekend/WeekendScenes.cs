using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Refunds.V1;
using static Mobility.Launcher.WeekendTime;

namespace Mobility.Launcher;

/// <summary>What people remember of the weekend: the neighbours, the shop owner, the caller who shouted, the lone
/// agent.</summary>
internal sealed class WeekendScenes(WeekendMaker maker)
{
    public void Add()
    {
        AddNeighbours();
        AddShopOwner();
        AddAbusiveCaller();
        AddCallers();
        AddLoneAgent();
    }

    /// <summary>Three neighbours and the same two vehicles within 20 minutes; then one turns out to have meant
    /// others.</summary>
    private void AddNeighbours()
    {
        var (place, second) = (maker.NewPlace(), maker.Key("vehicle"));
        var keys = new[] { maker.Key("complaint"), maker.Key("complaint"), maker.Key("complaint") };
        foreach (var (key, i) in keys.Select((key, i) => (key, i)))
        {
            maker.Add(
                Saturday(11, 8 * i),
                WeekendDeed.FileComplaint,
                step =>
                    step with
                    {
                        Thing = key,
                        Category = "storefront",
                        Vehicles = [place.Vehicle, second],
                        Point = place.Next(),
                        Sender = $"neighbour {i + 1}",
                        Expect = new()
                        {
                            State = "FILED",
                            Others = [i],
                            Told = ["complaint-received"],
                        },
                    }
            );
        }
        maker.Settle(keys, place, Saturday(11, 20), Saturday(20, 30), ridden: false, answer: "");
        maker.Add(
            Saturday(13, 10),
            WeekendDeed.SplitComplaint,
            step =>
                step with
                {
                    Who = "lead",
                    Of = keys[2],
                    Expect = new()
                    {
                        State = "RESOLVED",
                        Also = [keys[0], keys[1]],
                        Others = [0, 1, 1],
                        Removal = 2,
                    },
                }
        );
    }

    /// <summary>A shop owner telephones; the agent files the complaint for her.</summary>
    private void AddShopOwner()
    {
        var (contact, complaint, place) = (maker.Key("contact"), maker.Key("complaint"), maker.NewPlace());
        AddContact(Saturday(14, 4), "agent-1", contact, ContactOutcome.Offered);
        AddContact(Saturday(14, 5), "agent-1", contact, ContactOutcome.Answered);
        maker.Add(
            Saturday(14, 6),
            WeekendDeed.FileComplaint,
            step =>
                step with
                {
                    Who = "agent-1",
                    Thing = complaint,
                    Category = "storefront",
                    Vehicles = [place.Vehicle],
                    Point = place.Next(),
                    Calls = true,
                    Expect = new()
                    {
                        State = "FILED",
                        Others = [0],
                        Told = ["complaint-received"],
                    },
                }
        );
        maker.Settle([complaint], place, Saturday(14, 10), Saturday(20, 30), ridden: false, answer: "");
        Close(Saturday(14, 12), "agent-1", contact, CaseNeed.Fix);
    }

    /// <summary>The agent takes no abuse: the lead has the case at once.</summary>
    private void AddAbusiveCaller()
    {
        var contact = maker.Key("contact");
        AddContact(Saturday(13, 30), "agent-2", contact, ContactOutcome.Offered);
        AddContact(Saturday(13, 31), "agent-2", contact, ContactOutcome.Answered, abusive: true, owner: "lead");
        Close(Saturday(16), "lead", contact, CaseNeed.Vent);
    }

    private void AddCallers()
    {
        foreach (var at in maker.Dice.Quarters(4, Saturday(9, 30), Saturday(12)))
        {
            var contact = maker.Key("contact");
            AddContact(at + 1, "agent-1", contact, ContactOutcome.Offered);
            AddContact(at + 2, "agent-1", contact, ContactOutcome.Answered);
            Close(at + 6, "agent-1", contact, CaseNeed.Information);
        }
        foreach (var at in maker.Dice.Quarters(3, Saturday(18), Saturday(20)))
        {
            var contact = maker.Key("contact");
            AddContact(at + 1, "agent-3", contact, ContactOutcome.Offered);
            AddContact(at + 2, "agent-3", contact, ContactOutcome.Abandoned);
        }
    }

    /// <summary>Sunday, one agent, twelve open cases, a caller: from the call to the money in six calls.</summary>
    private void AddLoneAgent()
    {
        const long won = 1_400;
        var contact = maker.Key("contact");
        maker.Add(
            Sunday(11),
            WeekendDeed.HelpCaller,
            step =>
                step with
                {
                    Who = "agent-3",
                    Of = contact,
                    Thing = maker.Key("refund"),
                    Rider = maker.Key("rider"),
                    Vehicles = [maker.StreetVehicle()],
                    Action = RefundAction.CardRefund,
                    Reason = "OVERCHARGED",
                    Won = won,
                    Ride = new(UnlockOutcome.Unlocked, 2_100, Began: 40, Minutes: 14, won, Instrument.Card),
                    Expect = new()
                    {
                        State = "SETTLED",
                        Won = won,
                        Reasons = [],
                        OpenCases = 12,
                        Calls = 6,
                        Told = ["refund-settled"],
                    },
                }
        );
        Close(Sunday(11, 10), "agent-3", contact, CaseNeed.Compensation);
    }

    private void AddContact(
        WeekendTime at,
        string who,
        string contact,
        ContactOutcome outcome,
        bool abusive = false,
        string? owner = null
    ) =>
        maker.Add(
            at,
            WeekendDeed.RecordContact,
            step =>
                step with
                {
                    Who = who,
                    Thing = contact,
                    Outcome = outcome,
                    Abusive = abusive,
                    Expect = new() { State = $"{outcome}".ToUpperInvariant(), Owner = owner },
                }
        );

    private void Close(WeekendTime at, string who, string contact, CaseNeed need) =>
        maker.Add(
            at,
            WeekendDeed.CloseCase,
            step =>
                step with
                {
                    Who = who,
                    Of = contact,
                    Need = need,
                    Expect = new() { State = "CLOSED" },
                }
        );
}

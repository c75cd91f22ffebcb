using static Mobility.Launcher.WeekendTime;

namespace Mobility.Launcher;

/// <summary>The 150 complaints of the weekend, three of them the neighbours' and one the shop owner's of
/// <see cref="WeekendScenes"/>.</summary>
internal sealed class WeekendComplaints(WeekendMaker maker)
{
    /// <summary>What one sender may file in a day before a person has to look.</summary>
    private const int SenderLimit = 20;

    private static readonly string[] Categories = ["roadway", "crosswalk", "sidewalk", "bus-stop", "braille-block"];

    public void Add()
    {
        var dice = maker.Dice;
        foreach (var at in dice.Quarters(34, Saturday(9), Saturday(17)))
        {
            AddRight(at, 1, Saturday(20, 30));
        }
        foreach (var at in dice.Quarters(10, Saturday(9), Saturday(15)))
        {
            AddRight(at, 2, Saturday(20, 30));
        }
        foreach (var at in dice.Quarters(14, Saturday(9), Saturday(18)))
        {
            AddWrong(at, at + (15 * dice.Between(2, 5)));
        }
        AddOvereager();
        AddOvernight();
        foreach (var at in dice.Quarters(12, Sunday(11, 15), Sunday(15)))
        {
            AddRight(at, 1, Sunday(17, 45));
        }
        foreach (var at in dice.Quarters(4, Sunday(11, 15), Sunday(14)))
        {
            AddRight(at, 2, Sunday(17, 45));
        }
        foreach (var at in dice.Quarters(8, Sunday(11, 15), Sunday(16)))
        {
            AddWrong(at, at + (15 * dice.Between(2, 5)));
        }
        AddWithdrawn();
        AddReopened();
        // Monday's work; what is in one of them an agent cannot answer for.
        var left = dice.Quarters(6, Sunday(15), Sunday(17, 30)).Select(at => File(at, maker.NewPlace(), null)).ToList();
        maker.Add(
            Sunday(17, 40),
            WeekendDeed.HandOverCase,
            step =>
                step with
                {
                    Who = "agent-1",
                    Of = left[0].Key,
                    Expect = new() { Owner = "deputy" },
                }
        );
    }

    /// <summary>The vehicles stand where they may not: found right, taken away, answered to each who
    /// complained.</summary>
    private void AddRight(WeekendTime at, int neighbours, WeekendTime until)
    {
        var place = maker.NewPlace();
        var complaints = Enumerable.Range(0, neighbours).Select(i => File(at + (15 * i), place, null)).ToList();
        // Every fifth pair was ridden away before the crew came.
        Settle(complaints, at + (15 * (neighbours + maker.Dice.Next(2))), until, ridden: maker.Dice.Next(5) == 0);
    }

    private void AddWrong(WeekendTime at, WeekendTime rejected) => Reject(File(at, maker.NewPlace(), null), rejected);

    /// <summary>Twelve that nobody gets to on Saturday evening: the lone agent finds them on Sunday.</summary>
    private void AddOvernight()
    {
        foreach (var at in maker.Dice.Quarters(12, Saturday(18, 15), Saturday(20, 30)))
        {
            var complaint = File(at, maker.NewPlace(), null);
            Settle([complaint], Sunday(11, 30) + (15 * maker.Dice.Next(8)), Sunday(17, 45), ridden: false);
        }
    }

    /// <summary>One sender who files more than the limit: nothing is turned away, a person looks at the rest.</summary>
    private void AddOvereager()
    {
        var complaints = Enumerable
            .Range(0, SenderLimit + 2)
            .Select(i => File(Saturday(9, 15) + (15 * (i / 2)), maker.NewPlace(), "overeager", held: i >= SenderLimit))
            .ToList();
        foreach (var (complaint, i) in complaints.Select((complaint, i) => (complaint, i)))
        {
            if (i % 2 == 0)
            {
                Settle([complaint], Saturday(13) + (15 * (i / 2)), Saturday(20, 30), ridden: false);
            }
            else
            {
                Reject(complaint, Saturday(13) + (15 * (i / 2)));
            }
        }
    }

    private void AddWithdrawn()
    {
        foreach (var at in maker.Dice.Quarters(6, Saturday(9), Saturday(16)))
        {
            var complaint = File(at, maker.NewPlace(), null);
            maker.Add(
                at + (15 * maker.Dice.Between(1, 3)),
                WeekendDeed.WithdrawComplaint,
                step =>
                    step with
                    {
                        Of = complaint.Key,
                        Expect = new() { State = "WITHDRAWN" },
                    }
            );
        }
    }

    /// <summary>The answer was no; the reporter passes by again and says so; then it was right after all.</summary>
    private void AddReopened()
    {
        foreach (var at in maker.Dice.Quarters(4, Saturday(9), Saturday(13)))
        {
            var complaint = File(at, maker.NewPlace(), null);
            Reject(complaint, at + 45);
            maker.Add(
                at + 105,
                WeekendDeed.ReopenComplaint,
                step =>
                    step with
                    {
                        Of = complaint.Key,
                        Expect = new() { State = "FILED", Told = ["complaint-reopened"] },
                    }
            );
            Settle([complaint], at + 135, Saturday(20, 30), ridden: false, answer: "-2");
        }
    }

    private WeekendComplaint File(WeekendTime at, WeekendPlace place, string? sender, bool held = false)
    {
        var complaint = new WeekendComplaint(maker.Key("complaint"), place);
        var others = place.Reports++;
        maker.Add(
            at,
            WeekendDeed.FileComplaint,
            step =>
                step with
                {
                    Thing = complaint.Key,
                    Category = maker.Dice.Pick(Categories),
                    Vehicles = [place.Vehicle],
                    Point = place.Next(),
                    Sender = sender ?? $"sender of {complaint.Key}",
                    Expect = new()
                    {
                        State = held ? "HELD" : "FILED",
                        Others = [others],
                        Told = ["complaint-received"],
                    },
                }
        );
        return complaint;
    }

    private void Reject(WeekendComplaint complaint, WeekendTime at) =>
        maker.Add(
            at,
            WeekendDeed.RejectComplaint,
            step =>
                step with
                {
                    Who = WeekendMaker.AgentAt(at),
                    Of = complaint.Key,
                    Reason = "parked-properly",
                    Expect = new() { State = "REJECTED", Told = ["complaint-rejected"] },
                }
        );

    private void Settle(
        IReadOnlyList<WeekendComplaint> complaints,
        WeekendTime upheld,
        WeekendTime until,
        bool ridden,
        string answer = ""
    ) => maker.Settle([.. complaints.Select(one => one.Key)], complaints[0].Place, upheld, until, ridden, answer);
}

/// <summary>A complaint of the making.</summary>
internal sealed record WeekendComplaint(string Key, WeekendPlace Place);

/// <summary>Where a vehicle stands in somebody's way.</summary>
internal sealed class WeekendPlace(string vehicle, double latitude, double longitude)
{
    private int points;

    public string Vehicle => vehicle;

    /// <summary>Complaints about it so far.</summary>
    public int Reports { get; set; }

    /// <summary>The next reporter stands two metres further north; no two of the weekend stand at the same
    /// point.</summary>
    public IReadOnlyList<double> Next() => [Math.Round(latitude + (0.00002 * points++), 6), Math.Round(longitude, 6)];
}

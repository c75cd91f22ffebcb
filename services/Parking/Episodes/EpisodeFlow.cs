using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Parking.Episodes;

/// <summary>Joins complaints to episodes and takes them out again; <see cref="Grouping"/> is the rule.</summary>
internal static class EpisodeFlow
{
    /// <summary>
    /// One change of a client's episodes after another, until the transaction ends: neighbours who file at the same
    /// instant see each other. Seoul's busiest year had a complaint every four minutes, so nobody waits for long.
    /// </summary>
    public static async Task<Moment> Lock(Tx tx)
    {
        await tx.Execute(
            """
            SELECT pg_advisory_xact_lock(hashtextextended('episodes|' || @ClientId, 0))
            """,
            new { tx.ClientId }
        );
        return new Moment(tx.Now, await tx.Scalar<long>("""SELECT nextval('moments')"""));
    }

    /// <summary>An episode that nothing belongs to yet.</summary>
    public static async Task<Guid> Begin(Tx tx)
    {
        var id = Guid.CreateVersion7(tx.Now);
        await tx.Execute(
            """
            INSERT INTO episodes (client_id, id, create_time) VALUES (@ClientId, @id, @Now)
            """,
            new
            {
                tx.ClientId,
                id,
                tx.Now,
            }
        );
        return id;
    }

    /// <summary>
    /// Lets the complaint join the oldest open episode of its vehicles, into which the younger ones are merged, or
    /// stay in its own. The others are saved and told of; the complaint itself is for the caller to save.
    /// </summary>
    public static async Task<Complaint> Place(Tx tx, Complaint complaint, Moment now)
    {
        var mine = complaint with { GroupNumber = now.Number };
        var around = await ComplaintTable.OfOpenEpisodes(tx, mine.VehicleIds);
        var joined = around
            .Where(other => other.Id != complaint.Id)
            .GroupBy(other => other.EpisodeId)
            .Where(episode => Grouping.Joins(Of(mine), [.. episode.Select(Of)]))
            .OrderBy(episode => episode.Min(other => other.GroupNumber))
            .ToList();
        if (joined.Count == 0)
        {
            var own = mine.EpisodeId == Guid.Empty ? await Begin(tx) : mine.EpisodeId;
            return mine with { EpisodeId = own, OriginEpisodeId = own };
        }

        var oldest = joined[0].Key;
        foreach (var younger in joined.Skip(1))
        {
            await Merge(tx, [.. younger], [.. joined[0]], now);
        }

        return mine with
        {
            EpisodeId = oldest,
            OriginEpisodeId = oldest,
            RemovalId = (await RemovalTable.Open(tx, oldest))?.Id,
        };
    }

    /// <summary>
    /// Takes the complaint out of its episode: what is left of it becomes what it would be if the complaint had never
    /// come, down to the episodes that only it had joined. The others are saved and told of; the complaint is in an
    /// episode of its own then and is for the caller to save.
    /// </summary>
    public static async Task<Complaint> TakeOut(Tx tx, Complaint complaint, Moment now)
    {
        var left = (await ComplaintTable.OfEpisode(tx, complaint.EpisodeId)).Where(c => c.Id != complaint.Id).ToList();
        var own = await Begin(tx);
        var alone = complaint.MoveTo(own, new HashSet<Guid> { complaint.Id }, null, now) with
        {
            OriginEpisodeId = own,
            GroupNumber = null,
        };
        var byId = left.ToDictionary(c => c.Id);
        var episodes = Grouping.Of(left.Select(Of)).Select(e => e.Select(c => byId[c.Id]).ToList()).ToList();
        foreach (var gone in episodes.Skip(1))
        {
            await Unmerge(tx, gone, now);
        }

        await Settle(tx, complaint.EpisodeId, episodes.FirstOrDefault() ?? [], now);
        return alone;
    }

    /// <summary>How the grouping rule sees a complaint.</summary>
    public static Groupable Of(Complaint complaint) =>
        new(
            complaint.Id,
            complaint.GroupNumber ?? long.MaxValue,
            complaint.Standings,
            complaint.EndNumber,
            [.. complaint.PauseStarts.Zip(complaint.PauseEnds, (start, end) => new Pause(start, end))]
        );

    /// <summary>The younger episode's crew is called back when the older one has a crew; else it goes for
    /// both.</summary>
    private static async Task Merge(Tx tx, List<Complaint> younger, List<Complaint> older, Moment now)
    {
        var to = older[0].EpisodeId;
        var open = await RemovalTable.Open(tx, to);
        foreach (var removal in await RemovalTable.OfEpisode(tx, younger[0].EpisodeId))
        {
            var called = removal.IsOpen && open is not null;
            var moved = called ? removal.End(RemovalState.Cancelled, now.Time) with { IsMerged = true } : removal;
            await RemovalTable.Save(tx, moved with { EpisodeId = to });
        }

        var company = older.Concat(younger).Select(c => c.Id).ToHashSet();
        await Move(tx, younger, to, company, now);
        open = await RemovalTable.Open(tx, to);
        foreach (var complaint in older.Where(c => c.IsLive && c.RemovalId != open?.Id))
        {
            await Tell(tx, complaint.MoveTo(to, company, open?.Id, now));
        }
    }

    /// <summary>Complaints that only the one that left had brought here go back to where they came from.</summary>
    private static async Task Unmerge(Tx tx, List<Complaint> gone, Moment now)
    {
        var (from, origin) = (gone[0].EpisodeId, gone[0].OriginEpisodeId);
        var isFree = origin != from && (await ComplaintTable.OfEpisode(tx, origin)).Count == 0;
        var to = isFree ? origin : await Begin(tx);
        var company = gone.Select(c => c.Id).ToHashSet();
        foreach (var removal in (await RemovalTable.OfEpisode(tx, from)).Where(r => r.OriginEpisodeId == to))
        {
            var awaited = gone.Any(c =>
                c.State == ComplaintState.Dispatched && c.UpheldThrough is { } through && company.Contains(through)
            );
            var moved = removal.IsMerged && awaited ? removal.Restore() : removal;
            await RemovalTable.Save(tx, moved with { EpisodeId = to });
        }

        await Move(tx, gone, to, company, now);
    }

    private static async Task Move(Tx tx, List<Complaint> complaints, Guid to, IReadOnlySet<Guid> company, Moment now)
    {
        var removals = await RemovalTable.OfEpisode(tx, to);
        var open = removals.FirstOrDefault(r => r.IsOpen)?.Id;
        foreach (var complaint in complaints)
        {
            var answeredBy = removals.Any(r => r.Id == complaint.RemovalId) ? complaint.RemovalId : null;
            var moved = complaint.MoveTo(to, company, complaint.IsLive ? open : answeredBy, now);
            await Tell(tx, moved);
        }
    }

    /// <summary>What stays where it was, without the one that left and those that only it had brought: what was decided
    /// on one of them is no longer decided, and a crew for which nobody waits any more is called back.</summary>
    private static async Task Settle(Tx tx, Guid episode, IReadOnlyList<Complaint> left, Moment now)
    {
        var removals = await RemovalTable.OfEpisode(tx, episode);
        var open = removals.FirstOrDefault(r => r.IsOpen);
        var company = left.Select(c => c.Id).ToHashSet();
        var kept = left.Select(c => c.MoveTo(episode, company, RemovalOf(c), now)).ToList();
        if (open is not null && !kept.Exists(c => c.State == ComplaintState.Dispatched))
        {
            await RemovalTable.Save(tx, open.End(RemovalState.Cancelled, now.Time));
            kept = kept.ConvertAll(c => c.RemovalId == open.Id ? c with { RemovalId = null } : c);
        }

        foreach (var (before, after) in left.Zip(kept))
        {
            if (before.State != after.State || before.RemovalId != after.RemovalId)
            {
                await Tell(tx, after);
            }
        }

        Guid? RemovalOf(Complaint c) =>
            c.IsLive ? open?.Id
            : removals.Any(r => r.Id == c.RemovalId) ? c.RemovalId
            : null;
    }

    private static async Task Tell(Tx tx, Complaint moved)
    {
        await ComplaintTable.Save(tx, moved);
        tx.Publish(new ComplaintRegrouped { Complaint = ComplaintEvents.Snapshot(moved) }, moved.Name);
    }
}

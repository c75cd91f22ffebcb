using Google.Protobuf.WellKnownTypes;
using Mobility.Desk.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Cases as callers get them.</summary>
public static class CaseReply
{
    /// <summary>Lines of the log that a reply holds; the clocks go by all.</summary>
    private const int LogMax = 500;

    /// <summary>The case with everything about it.</summary>
    public static async Task<V1.Case> Whole(Tx tx, Case of)
    {
        var log = await CaseLogTable.Of(tx, of.Id);
        var notes = await CaseLogTable.NotesOf(tx, of.Id);
        var people = log.Select(entry => entry.Actor).Concat(log.Select(entry => entry.Subject));
        var aliases = await Aliases(tx, [.. people, .. notes.Select(note => note.Author), Names.Person(of.OwnerId)]);
        var clocks = SlaClocks.Read(
            log.Select(entry => new ClockEvent(entry.Kind, entry.OccurTime)),
            DeskHours.KnownAt(tx.Holidays),
            tx.Now
        );
        var reply = Of(of, await PartTable.OfCase(tx, of.Id), aliases);
        reply.Log.AddRange(log.TakeLast(LogMax).Select(entry => Of(entry, aliases)));
        reply.Notes.AddRange(notes.Select(note => Of(note, aliases)));
        reply.Clocks.AddRange(clocks.Select(clock => clock.ToWire()));
        return reply;
    }

    /// <summary>Cases as a list shows them: with their parts, without notes, log and clocks.</summary>
    public static async Task<IReadOnlyList<V1.Case>> Rows(Tx tx, IReadOnlyList<Case> cases)
    {
        var parts = (await PartTable.OfCases(tx, [.. cases.Select(one => one.Id)])).ToLookup(part => part.CaseId);
        var aliases = await Aliases(tx, [.. cases.Select(one => Names.Person(one.OwnerId))]);
        return [.. cases.Select(one => Of(one, parts[one.Id], aliases))];
    }

    private static V1.Case Of(Case of, IEnumerable<CasePart> parts, IReadOnlyDictionary<string, string> aliases) =>
        new()
        {
            Name = of.Name,
            Kind = of.Kind,
            Channel = of.Channel,
            State = of.State,
            Owner = Names.Person(of.OwnerId),
            OwnerAlias = aliases.GetValueOrDefault(Names.Person(of.OwnerId), ""),
            HandedOver = of.HandedOver,
            Title = of.Title,
            Rider = Names.Of(of.ClientId, Names.Riders, of.RiderId),
            Ride = Names.Of(of.ClientId, Names.Rides, of.RideId),
            Vehicle = Names.Of(of.ClientId, Names.Vehicles, of.VehicleId),
            Parts = { parts.Select(Of) },
            Need = of.Need,
            CreateTime = of.CreateTime.ToTimestamp(),
            UpdateTime = of.UpdateTime.ToTimestamp(),
            CloseTime = of.CloseTime?.ToTimestamp(),
            Revision = of.Revision,
            Etag = of.Etag,
        };

    private static V1.CasePart Of(CasePart part) =>
        new()
        {
            Name = part.Name,
            Kind = part.Kind,
            Open = part.IsOpen,
            JoinTime = part.JoinTime.ToTimestamp(),
        };

    private static CaseLogEntry Of(CaseLogRow entry, IReadOnlyDictionary<string, string> aliases) =>
        new()
        {
            Kind = entry.Kind,
            Actor = entry.Actor,
            ActorAlias = aliases.GetValueOrDefault(entry.Actor, ""),
            Subject = entry.Subject,
            OccurTime = entry.OccurTime.ToTimestamp(),
        };

    private static CaseNote Of(CaseNoteRow note, IReadOnlyDictionary<string, string> aliases) =>
        new()
        {
            Text = note.Text,
            Author = note.Author,
            AuthorAlias = aliases.GetValueOrDefault(note.Author, ""),
            CreateTime = note.CreateTime.ToTimestamp(),
        };

    private static async Task<IReadOnlyDictionary<string, string>> Aliases(Tx tx, IReadOnlyList<string> people)
    {
        var ids = people
            .Distinct(StringComparer.Ordinal)
            .Where(person => ResourceName.TryParseTop(person, "people", out _))
            .Select(person => Guid.Parse(person["people/".Length..]))
            .ToArray();
        return await MemberTable.Aliases(tx, ids);
    }
}

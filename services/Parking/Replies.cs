using Google.Protobuf.WellKnownTypes;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Type.V1;

namespace Mobility.Parking;

/// <summary>Complaints as callers get them.</summary>
internal static class Replies
{
    /// <summary>What an anonymous caller may know of its own complaint; the rest tells of vehicles'
    /// positions.</summary>
    private static readonly ComplaintFlag[] ReportersFlags =
    [
        ComplaintFlag.UnknownVehicleCode,
        ComplaintFlag.OccurredLongAgo,
        ComplaintFlag.OutsideServiceArea,
        ComplaintFlag.ParkingPermittedHere,
    ];

    public static async Task<V1.Complaint> Of(Tx tx, Complaint complaint) =>
        Of(complaint, await ComplaintExtras.Of(tx, complaint), CurrencyOf(tx));

    public static string CurrencyOf(Tx tx) => tx.Clients.Find(tx.ClientId)?.Currency ?? "";

    public static V1.Complaint Of(Complaint complaint, ComplaintExtras extras, string currency)
    {
        var reply = Told(complaint, currency);
        reply.OtherComplaintCount = extras.OtherCount;
        reply.HasContact = extras.HasContact;
        reply.Feedback = FeedbackOf(extras);
        reply.Photos.AddRange(extras.PhotoIds.Select(id => Names.Of(complaint.ClientId, Names.Photos, id)));
        reply.State = complaint.State;
        reply.Episode = Names.Of(complaint.ClientId, Names.Episodes, complaint.EpisodeId);
        reply.Removal = Names.Of(complaint.ClientId, Names.Removals, complaint.RemovalId);
        reply.DecisionNote = complaint.DecisionNote;
        reply.DecisionReason = complaint.DecisionReason;
        reply.DecidedBy = complaint.DecidedBy;
        reply.AnswerTime = complaint.AnswerTime?.ToTimestamp();
        reply.ReopenNote = complaint.ReopenNote;
        reply.SplitNote = complaint.SplitNote;
        reply.CreateTime = complaint.CreateTime.ToTimestamp();
        reply.UpdateTime = complaint.UpdateTime.ToTimestamp();
        reply.Revision = complaint.Revision;
        reply.Etag = complaint.Etag;
        return reply;
    }

    /// <summary>The complaint without what tells of vehicles and of staff, for who filed it without an
    /// account.</summary>
    public static V1.Complaint ForReporter(V1.Complaint reply)
    {
        var told = reply.Clone();
        told.Vehicles.Clear();
        told.Episode = "";
        told.Removal = "";
        told.DecidedBy = "";
        told.DecisionNote = "";
        told.Flags.Clear();
        told.Flags.AddRange(reply.Flags.Intersect(ReportersFlags));
        if (told.Rule is not null)
        {
            told.Rule.Zone = "";
        }

        return told;
    }

    /// <summary>The reply without anything in anybody's own words.</summary>
    public static V1.Complaint WithoutWords(V1.Complaint reply)
    {
        var silent = reply.Clone();
        silent.Note = "";
        silent.DecisionNote = "";
        silent.ReopenNote = "";
        silent.SplitNote = "";
        if (silent.Feedback is not null)
        {
            silent.Feedback.Text = "";
        }

        return silent;
    }

    /// <summary>The reply with the words as they stand in the complaint's rows.</summary>
    public static async Task<V1.Complaint> WithWords(Tx tx, V1.Complaint silent)
    {
        var isName = ResourceName.TryParse(silent.Name, Names.Complaints, out var name);
        if (!isName || await ComplaintTable.Find(tx, name.Id) is not { } complaint)
        {
            throw new InvalidOperationException("A complaint whose reply was stored is gone.");
        }

        var reply = silent.Clone();
        reply.Note = complaint.Note;
        reply.DecisionNote = complaint.DecisionNote;
        reply.ReopenNote = complaint.ReopenNote;
        reply.SplitNote = complaint.SplitNote;
        if (reply.Feedback is not null)
        {
            reply.Feedback.Text = (await ComplaintExtras.Of(tx, complaint)).FeedbackText;
        }

        return reply;
    }

    public static ComplaintFeedback? FeedbackOf(ComplaintExtras extras) =>
        extras.FeedbackTime is { } time
            ? new ComplaintFeedback
            {
                Verdict = extras.Verdict,
                Text = extras.FeedbackText,
                CreateTime = time.ToTimestamp(),
            }
            : null;

    public static ParkingRule RuleOf(Complaint complaint, string currency) =>
        new()
        {
            City = complaint.City,
            OrdinanceVersion = complaint.OrdinanceVersion,
            Code = complaint.RuleCode,
            GraceMinutes = complaint.GraceMinutes,
            Fee = complaint.FeeMinor is { } fee ? new Platform.Rpc.Money(fee, currency).ToWire() : null,
            Zone = Names.Of(complaint.ClientId, Names.Zones, complaint.ZoneId),
            Parking = complaint.ZoneParking,
            Dong = complaint.Dong,
            DongCode = complaint.DongCode,
        };

    public static LatLng PointOf(Complaint complaint) =>
        new() { Latitude = complaint.Latitude, Longitude = complaint.Longitude };

    /// <summary>What was claimed, and what applies to it.</summary>
    private static V1.Complaint Told(Complaint complaint, string currency) =>
        new()
        {
            Name = complaint.Name,
            Point = PointOf(complaint),
            AccuracyMeters = complaint.AccuracyMeters,
            Category = complaint.Category,
            PrintedCodes = { complaint.PrintedCodes },
            Note = complaint.Note,
            Language = complaint.Language,
            Channel = complaint.Channel,
            OccurTime = complaint.OccurTime.ToTimestamp(),
            FiledBy = complaint.FiledBy,
            Flags = { complaint.Flags },
            Vehicles = { complaint.VehicleIds.Select(id => Names.Of(complaint.ClientId, Names.Vehicles, id)) },
            Rule = RuleOf(complaint, currency),
            DueTime = complaint.DueTime?.ToTimestamp(),
        };
}

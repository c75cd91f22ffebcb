using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Returns how the reporter can be reached; who read it, when and what for is recorded in the same
/// transaction.</summary>
public static class GetComplaintContact
{
    private const int PurposeLength = 200;

    public static Task<ComplaintContact> Handle(GetComplaintContactRequest request, Call call, ParkingKeys keys)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", Names.Complaints);
        check.Text(request.Purpose, "purpose", 1, PurposeLength);
        check.That(!string.IsNullOrWhiteSpace(request.Purpose), "purpose", "must not be blank");
        check.Done();
        return call.Read(
            name.ClientId,
            async tx =>
            {
                var complaint = await ComplaintTable.Get(tx, name);
                await Record(tx, complaint, call, request.Purpose);
                var kept = await ContactTable.Find(tx, complaint.Id);
                return new ComplaintContact
                {
                    Complaint = complaint.Name,
                    Contact = kept is null ? "" : Opened(kept, complaint, keys),
                    EraseTime = kept?.EraseAfter?.ToTimestamp(),
                };
            }
        );
    }

    private static string Opened(SealedContact kept, Complaint complaint, ParkingKeys keys) =>
        string.Equals(kept.KeyId, keys.ContactKeyId, StringComparison.Ordinal)
            ? keys.Open(kept.Ciphertext, complaint.Name)
            : throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.ContactKeyUnknown,
                $"The contact was sealed with the key {kept.KeyId}, which this process does not have.",
                ("key_id", kept.KeyId)
            );

    private static Task<int> Record(Tx tx, Complaint complaint, Call call, string purpose) =>
        tx.Execute(
            """
            INSERT INTO contact_reads (client_id, id, complaint_id, person, purpose, read_time)
            VALUES (@ClientId, @ReadId, @Id, @Person, @purpose, @Now)
            """,
            new
            {
                tx.ClientId,
                ReadId = call.NewId(),
                complaint.Id,
                Person = call.Caller.Subject,
                purpose,
                tx.Now,
            }
        );
}

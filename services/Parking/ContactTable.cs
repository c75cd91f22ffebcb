using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>How the reporter of a complaint can be reached, as it is kept.</summary>
public sealed record SealedContact
{
    public string ClientId { get; init; } = "";
    public Guid ComplaintId { get; init; }

    /// <summary>Nonce, tag and ciphertext of AES-GCM.</summary>
    public byte[] Ciphertext { get; init; } = [];
    public string KeyId { get; init; } = "";

    /// <summary>By which one contact's complaints are counted; erased together with it.</summary>
    public byte[] ContactHash { get; init; } = [];
    public DateTimeOffset CreateTime { get; init; }

    /// <summary>When it will be erased by itself; null while the complaint is not over.</summary>
    public DateTimeOffset? EraseAfter { get; init; }
}

/// <summary>Statements on contacts.</summary>
internal static class ContactTable
{
    /// <summary>The reporter may ask or appeal that long after the end; then nobody needs the contact (confirm with
    /// counsel).</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);

    public static Task<int> Insert(Tx tx, SealedContact contact) =>
        tx.Execute(
            """
            INSERT INTO contacts
                (client_id, complaint_id, ciphertext, key_id, contact_hash, create_time, erase_after)
            VALUES (@ClientId, @ComplaintId, @Ciphertext, @KeyId, @ContactHash, @CreateTime, @EraseAfter)
            """,
            contact
        );

    public static Task<SealedContact?> Find(Tx tx, Guid complaint) =>
        tx.One<SealedContact>(
            """
            SELECT * FROM contacts WHERE client_id = @ClientId AND complaint_id = @complaint
            """,
            new { tx.ClientId, complaint }
        );

    /// <summary>Sets when the contact is erased, by when the complaint was over.</summary>
    public static Task<int> Follow(Tx tx, Complaint complaint) =>
        tx.Execute(
            """
            UPDATE contacts SET erase_after = @EraseAfter WHERE client_id = @ClientId AND complaint_id = @Id
            """,
            new
            {
                tx.ClientId,
                complaint.Id,
                EraseAfter = complaint.EndTime + KeptFor,
            }
        );

    public static Task<int> Erase(Tx tx, Guid complaint) =>
        tx.Execute(
            """
            DELETE FROM contacts WHERE client_id = @ClientId AND complaint_id = @complaint
            """,
            new { tx.ClientId, complaint }
        );
}

using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>
/// Advisory locks before a delegation's row, held until the transaction ends. Whoever changes the delegation has the
/// door alone and waits for those who are inside, and for nobody who comes after it, in whichever process.
/// </summary>
public static class DelegationDoor
{
    /// <summary>For an admission: one at a time is let in, and shares the door. Those in line wait before it.</summary>
    public static void Queue(Round round, Guid delegationId) =>
        round.One<string>(
            """
            SELECT pg_advisory_xact_lock(7221, hashtext(@Name))::text
                || pg_advisory_xact_lock_shared(7222, hashtext(@Name))::text
            """,
            new { Name = delegationId.ToString() }
        );

    /// <summary>For a fence, which stands in no line: it changes nothing of the delegation.</summary>
    public static void Share(Round round, Guid delegationId) =>
        round.One<string>(
            """SELECT pg_advisory_xact_lock_shared(7222, hashtext(@Name))::text""",
            new { Name = delegationId.ToString() }
        );

    /// <summary>For a change: nobody comes in until it has committed.</summary>
    public static void GoFirst(Round round, Guid delegationId) =>
        round.One<string>(
            """SELECT pg_advisory_xact_lock(7222, hashtext(@Name))::text""",
            new { Name = delegationId.ToString() }
        );
}

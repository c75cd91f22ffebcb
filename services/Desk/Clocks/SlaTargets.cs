namespace Mobility.Desk;

/// <summary>The business time that each clock allows.</summary>
public static class SlaTargets
{
    /// <summary>Five minutes are what the desk held on telephone and chat before; it aims at three, and promises
    /// what it held.</summary>
    public static readonly TimeSpan FirstAnswer = TimeSpan.FromMinutes(5);

    /// <summary>Half an hour: what the delegated authority lets an agent finish without asking the client; what needs
    /// the client shows as missed, and is meant to.</summary>
    public static readonly TimeSpan LeadTime = TimeSpan.FromMinutes(30);
}

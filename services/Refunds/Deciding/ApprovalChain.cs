using System.Collections.Immutable;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Who has to agree to a refund besides the one who asks, in order.</summary>
public static class ApprovalChain
{
    /// <summary>
    /// Those of a tier who have not agreed yet. A lead who asks is the lead who agrees; the officer's agreement is
    /// never spared.
    /// </summary>
    public static ImmutableArray<MemberRole> Missing(Tier tier, RefundFacts facts)
    {
        IEnumerable<MemberRole> all = tier switch
        {
            Tier.T1 => [MemberRole.Lead],
            Tier.T2 => [MemberRole.Lead, MemberRole.ClientOfficer],
            _ => [],
        };
        var agreed = facts.Requester.Actor == Actor.Lead ? facts.Agreed.Add(MemberRole.Lead) : facts.Agreed;
        return [.. all.Where(role => !agreed.Contains(role))];
    }

    /// <summary>The role as tokens and decisions write it.</summary>
    public static string Name(MemberRole role) =>
        role switch
        {
            MemberRole.Lead => Roles.Name(Role.Lead),
            MemberRole.ClientOfficer => Roles.Name(Role.ClientOfficer),
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "This role agrees to nothing."),
        };
}

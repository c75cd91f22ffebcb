using Mobility.Parking.V1;

namespace Mobility.Parking;

/// <summary>What was mended or left out of a file, the first thousand in the file's order.</summary>
public sealed class ImportProblems
{
    public const int CountMax = 1_000;

    private readonly List<ImportProblem> list = [];

    /// <summary>The problems kept.</summary>
    public IReadOnlyList<ImportProblem> List => list;

    public void Add(int index, string code, string message, bool leftOut)
    {
        if (list.Count < CountMax)
        {
            list.Add(
                new ImportProblem
                {
                    FeatureIndex = index,
                    Code = code,
                    Message = message,
                    LeftOut = leftOut,
                }
            );
        }
    }
}

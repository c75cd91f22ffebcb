using System.Text;

namespace Mobility.Sidecar.Options;

/// <summary>The text of --help.</summary>
public static class Help
{
    /// <summary>Every flag with one line, the test faults in full, and the environment.</summary>
    public static string Text()
    {
        var text = new StringBuilder("Mobility.Sidecar: a local Dapr pub/sub sidecar with daprd's flags.\n\n");
        text.Append("Mobility.Sidecar --app-id NAME [flags] [--and --app-id NAME2 [flags]] ...\n\n");
        foreach (Flag flag in Flag.All.Values.Where(flag => flag.Use == FlagUse.Acted))
            text.Append("  --").Append(flag.Name.PadRight(32)).Append(flag.Help).Append('\n');
        text.Append(
            """

              --and starts the flags of a further app id in the same process. It inherits what the first group says,
              except its id and ports.

            TEST ONLY: --test-deliver twice,reorder,delay,drop (never set by ./mobility up)
              twice    every message is delivered a second time after the application accepted it
              reorder  up to four messages that arrive within 50 ms are delivered in a shuffled order
              delay    every delivery waits 0 to 200 ms
              drop     a message is lost with probability 1/10, and logged

            Accepted, without effect: the flags of daprd for placement, scheduler, sentry, profiling, metrics, logging.
            Environment: DAPR_API_TOKEN, APP_API_TOKEN, NAMESPACE, with daprd's meaning.
            """
        );
        return text.ToString();
    }
}

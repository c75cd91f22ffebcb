using System.Diagnostics;
using Grpc.Core;

namespace Mobility.Launcher;

/// <summary>`./mobility up`: runs a system in the foreground until it is told to stop.</summary>
public static class Up
{
    /// <summary>Runs until SIGINT, SIGTERM or SIGHUP.</summary>
    /// <returns>Exit code: 0 stopped as asked, 1 did not start or runs already.</returns>
    public static async Task<int> Run(StackOptions options, TextWriter output)
    {
        using var stop = new StopSignals();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = stop.Token.Register(stopped.SetResult);
        var start = Stopwatch.GetTimestamp();
        Stack? stack = null;
        var say = Synchronized(output);
        void Say(string words)
        {
            say(words);
            // Only after a restart: at the start all parts come up in one table.
            if (stack?.State.Parts is { } parts && parts.All(part => part.State == "ready"))
            {
                say(Table.Of(parts));
            }
        }
        try
        {
            stack = await Stack.Start(options with { Say = Say }, stop.Token);
            if (options.Parts.SequenceEqual(StackOptions.AllParts, StringComparer.Ordinal))
            {
                await Fill(stack, options, say, stop.Token);
            }
            say(Table.Of(stack.State.Parts));
            foreach (var line in Entrances(stack.State))
            {
                say(line);
            }
            say($"ready after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s; Ctrl-C stops all");
            await stopped.Task;
            return 0;
        }
        catch (Exception e) when (stop.Token.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            // Told to stop before it was ready.
            return 0;
        }
        catch (Exception e) when (e is AlreadyRunningException or InvalidOperationException)
        {
            say(e.Message);
            return 1;
        }
        finally
        {
            if (stack is not null)
            {
                say("stopping");
                await stack.DisposeAsync();
            }
        }
    }

    /// <summary>A system that cannot be filled can still be used by hand.</summary>
    private static async Task Fill(Stack stack, StackOptions options, Action<string> say, CancellationToken token)
    {
        try
        {
            if (await Seed.Fill(stack.State, stack.Run, options, token) is { } done)
            {
                say(done);
            }
        }
        catch (RpcException e) when (!token.IsCancellationRequested)
        {
            say($"not filled: a call ended {e.StatusCode} {RpcCall.ReasonOf(e)}: {e.Status.Detail}");
        }
    }

    /// <summary>Where people enter.</summary>
    private static IEnumerable<string> Entrances(RunState state)
    {
        if (state.Parts.All(part => part.Name != StackOptions.Web))
        {
            yield break;
        }
        var web = state.Services[StackOptions.Web].Http;
        yield return $"a rider who has a code on a vehicle   {web}/r/gangneung-kick";
        yield return $"somebody with a vehicle in the way    {web}/p/gangneung-kick";
        yield return $"agents, leads and officers            {web}/desk";
    }

    private static Action<string> Synchronized(TextWriter output)
    {
        var writer = TextWriter.Synchronized(output);
        return words =>
        {
            writer.WriteLine(words);
            writer.Flush();
        };
    }
}

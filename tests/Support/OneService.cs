using Mobility.Platform;
using Xunit;

namespace Mobility.Tests.Support;

/// <summary>
/// One service for those tests of a class that do not meet in it: what each does has ids of its own, or is refused and
/// leaves every row as it was. The first that asks starts it, and it ends with the class.
/// </summary>
public abstract class OneService(Func<Task<TestService>> start) : IAsyncLifetime
{
    private readonly Lazy<Task<TestService>> started = new(start);

    /// <summary>The service for one test, which ends the visit as it would end a service of its own.</summary>
    public async Task<TestService> Visit() => (await started.Value).Visit();

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        if (started.IsValueCreated)
        {
            await (await started.Value).DisposeAsync();
        }
    }
}

/// <summary>The service of a page, with nobody behind it.</summary>
public sealed class OneService<TApp>() : OneService(Start)
    where TApp : ServiceApp, new()
{
    private static Task<TestService> Start()
    {
        var app = new TApp();
        return TestService.Start(app, TestService.OwnOf(app));
    }
}

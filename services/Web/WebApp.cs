using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Mobility.Platform;
using Mobility.Web.AgentDesk;
using Mobility.Web.Api;
using Mobility.Web.Public;
using Mobility.Web.SignIn;
using Mobility.Web.Webhooks;

namespace Mobility.Web;

/// <summary>All that this service shows: pages for people and their twins for programs.</summary>
public sealed class WebApp : ServiceApp
{
    public const string KeySetting = "MOBILITY_WEB_KEY";

    private readonly TellOfWebhooks webhooks = new();

    public override string Name => "web";

    public override IReadOnlyList<string> RequiredSettings => [.. Backends.UrlSettings, KeySetting];

    public override IReadOnlyList<string> OptionalSettings =>
        [
            SecurityHeaders.TileUrlSetting,
            MapAreas.Setting,
            TrustedProxies.Setting,
            WebhookSecrets.Setting,
            .. SignInPages.OptionalSettings,
        ];

    /// <summary>Five photos of 3 MiB and a form around them: the HTTP port takes four times this.</summary>
    public override int RequestBytes => 4 * 1024 * 1024;

    public override void Define(AppPage page)
    {
        page.Job(Sessions.Job, TimeSpan.FromMinutes(10), Sessions.RemoveOver);
        page.Job(TellOfWebhooks.Job, TellOfWebhooks.Interval, webhooks.Run);
        page.Job(TellOfWebhooks.CleanUp, TimeSpan.FromHours(1), TellOfWebhooks.RemoveOld);
    }

    public override void AddServices(IServiceCollection services, Settings settings)
    {
        var key = WebKey.Read(settings.Own[KeySetting]);
        services.AddSingleton(key).AddSingleton(new Backends(settings)).AddSingleton<PostLimit>();
        services.AddSingleton(MapAreas.Load(settings));
        SignInPages.AddServices(services, settings);
        services.AddHttpContextAccessor();
        services.AddRazorComponents();
        // Razor would write Korean as numbers.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        key.Protect(services);
        services.AddAntiforgery(Csrf.Configure);
        services.AddOpenApi(ApiDocument.Configure);
        services.Configure<FormOptions>(o =>
        {
            o.MultipartBodyLengthLimit = 4L * RequestBytes;
            o.ValueCountLimit = 200;
        });
        services.AddScoped(s => Words.Of(s.GetRequiredService<IHttpContextAccessor>().HttpContext!));
    }

    public override void MapPages(WebApplication web)
    {
        TrustedProxies.Use(web);
        web.UseExceptionHandler(ErrorPages.Unexpected);
        web.Use(SecurityHeaders.Add);
        web.Use(ErrorPages.Guard);
        web.Use(Words.Remember);
        web.Use(PostLimit.Check);
        web.Use(Csrf.Check);
        StaticAssets.Map(web);
        HomePage.Map(web);
        SignInPages.Map(web);
        DeskPages.Map(web);
        ReportPages.Map(web);
        TrackingPages.Map(web);
        MapData.Map(web);
        RiderPages.Map(web);
        ApiRoutes.Map(web);
        WebhookRoute.Map(web);
        webhooks.Refunds = web.Services.GetRequiredService<Backends>().Refunds;
        web.MapFallback(() => new PageNotFound()).ExcludeFromDescription();
    }
}

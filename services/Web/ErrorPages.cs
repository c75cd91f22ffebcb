using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Antiforgery;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Web.Layout;
using Npgsql;

namespace Mobility.Web;

/// <summary>What people and programs see when something did not come about: a sentence by the reason, never a stack
/// trace.</summary>
public static class ErrorPages
{
    public const string ApiPath = "/api/v1";

    /// <summary>The last resort: logged by the framework, told without a detail.</summary>
    public static ExceptionHandlerOptions Unexpected { get; } =
        new()
        {
            ExceptionHandler = http =>
                Show(Problem.Own(StatusCode.Internal, Errors.Internal, "Something is wrong on our side."), http),
        };

    /// <summary>Middleware: turns what services refuse, and what browsers send wrongly, into a page.</summary>
    public static async Task Guard(HttpContext http, RequestDelegate next)
    {
        try
        {
            // .NET reads every text but this one, which it refuses as if it were an error of ours.
            if (http.Request.ContentType?.Contains("utf-7", StringComparison.OrdinalIgnoreCase) == true)
            {
                throw new BadHttpRequestException("Text in UTF-7 is not read.", 415);
            }
            await next(http);
        }
        catch (RpcException e) when (!http.Response.HasStarted)
        {
            await Show(Problem.Of(e), http);
        }
        catch (Refusal e) when (!http.Response.HasStarted)
        {
            await Show(Problem.Of(e), http);
        }
        catch (NpgsqlException e) when (DatabaseErrors.IsDown(e) && !http.Response.HasStarted)
        {
            await Show(Problem.Of(DatabaseErrors.Away()), http);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            await Show(OfRequest(e), http);
        }
        catch (AntiforgeryValidationException e) when (!http.Response.HasStarted)
        {
            // The form could not be read on the way to its token.
            var problem = e.InnerException is BadHttpRequestException inner
                ? OfRequest(inner)
                : Problem.Own(StatusCode.InvalidArgument, Errors.RequestUnreadable, e.Message);
            await Show(problem, http);
        }
        catch (InvalidDataException e) when (!http.Response.HasStarted)
        {
            // The form reader's word for a form over its limits.
            await Show(Problem.Own(StatusCode.InvalidArgument, Errors.RequestUnreadable, e.Message), http);
        }
    }

    /// <summary>Writes the problem as a page, as a part of one for htmx, or as problem+json for programs.</summary>
    public static Task Show(Problem problem, HttpContext http)
    {
        if (problem.RetryAfter is { } delay)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
        return ResultOf(problem, http).ExecuteAsync(http);
    }

    /// <summary>The same as a result.</summary>
    public static IResult ResultOf(Problem problem, HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments(ApiPath, StringComparison.Ordinal))
        {
            return Json(problem);
        }
        var trace = Activity.Current?.TraceId.ToString();
        var parameters = new (string, object?)[] { ("Problem", problem), ("Trace", trace?[..8]) };
        return View.IsHtmx(http)
            ? View.Of<ProblemNote>(problem.HttpStatus, parameters[0])
            : View.Of<ErrorPage>(problem.HttpStatus, parameters);
    }

    private static IResult Json(Problem problem) =>
        Results.Json(
            new
            {
                type = "about:blank",
                title = problem.Message,
                status = problem.HttpStatus,
                code = Problem.CodeName(problem.Code),
                reason = problem.Reason,
                metadata = problem.Metadata,
                trace_id = problem.HttpStatus == 500 ? Activity.Current?.TraceId.ToString() : null,
                violations = problem.Violations.Select(v => new { field = v.Field, description = v.Description }),
            },
            contentType: "application/problem+json",
            statusCode: problem.HttpStatus
        );

    private static Problem OfRequest(BadHttpRequestException error) =>
        error.StatusCode == StatusCodes.Status413PayloadTooLarge
            ? Problem.Own(StatusCode.OutOfRange, Errors.RequestTooLarge, error.Message)
            : Problem.Own(StatusCode.InvalidArgument, Errors.RequestUnreadable, error.Message);
}

/// <summary>Nothing is at this path.</summary>
public sealed class PageNotFound : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        ErrorPages.Show(Problem.Own(StatusCode.NotFound, Errors.PageNotFound, "Nothing is at this path."), httpContext);
}

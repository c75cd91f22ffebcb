using Grpc.Core;

namespace Mobility.Web;

/// <summary>A form that was sent and not done: shown again as it was typed.</summary>
/// <param name="Action">Where the form goes.</param>
/// <param name="Form">What was typed.</param>
/// <param name="Problem">Why it was not done.</param>
public sealed record Draft(string Action, IFormCollection Form, Problem Problem)
{
    /// <summary>
    /// The id to send again. When nobody knows whether the form had its effect it stays, so that sending it again has
    /// one effect; after a clear no it is a new one, because what is typed now is another request.
    /// </summary>
    public string? RequestId =>
        Problem.IsAway || Problem.Code == StatusCode.Unauthenticated ? Form[RequestIds.Field].ToString() : null;

    /// <summary>A field as it was typed; empty when the form goes elsewhere.</summary>
    public string Typed(string action, string field) =>
        string.Equals(action, Action, StringComparison.Ordinal) ? Form[field].ToString() : "";

    /// <summary>Everything to send again, without what each showing of a form makes anew.</summary>
    public IEnumerable<(string Name, string Value)> Fields =>
        Form.Where(f => f.Key is not (Csrf.Field or RequestIds.Field))
            .SelectMany(f => f.Value.Select(v => (f.Key, v ?? "")));

    /// <summary>What a person wrote, rather than chose: codes and ids hold neither blanks nor letters beyond
    /// ASCII.</summary>
    public IEnumerable<string> Words =>
        Fields.Select(f => f.Value).Where(v => v.Any(c => char.IsWhiteSpace(c) || c > '~'));
}

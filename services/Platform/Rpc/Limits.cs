namespace Mobility.Platform.Rpc;

/// <summary>The bounds that all services share, on one page.</summary>
public static class Limits
{
    /// <summary>Characters of a free text: two printed pages, more than any caller dictates.</summary>
    public const int TextLength = 4_000;

    /// <summary>Rows of a page: one screen of a desk, and a reply well below gRPC's message limit.</summary>
    public const int PageSize = 200;

    /// <summary>Rows of a page when the caller does not say.</summary>
    public const int PageSizeDefault = 50;

    /// <summary>Bytes of a request: the longest text in four-byte characters, many times over.</summary>
    public const int RequestBytes = 256 * 1024;

    /// <summary>Bytes of an event: ids, states and amounts need a hundredth of it.</summary>
    public const int EventBytes = 64 * 1024;

    /// <summary>A claimed time may lie this far ahead: phones' clocks are a little off.</summary>
    public static readonly TimeSpan ClockLead = TimeSpan.FromMinutes(2);

    /// <summary>A report of something older than this is flagged: the records it needs may be gone.</summary>
    public static readonly TimeSpan ReportAge = TimeSpan.FromDays(7);
}

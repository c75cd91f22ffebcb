namespace Mobility.Web;

/// <summary>Every reason with which this service refuses by itself. The README says what each means.</summary>
public static class Errors
{
    public const string FormExpired = "FORM_EXPIRED";
    public const string PageNotFound = "PAGE_NOT_FOUND";
    public const string TooManyRequests = "TOO_MANY_REQUESTS";
    public const string RequestTooLarge = "REQUEST_TOO_LARGE";
    public const string RequestUnreadable = "REQUEST_UNREADABLE";
    public const string NoPageForRole = "NO_PAGE_FOR_ROLE";
    public const string Internal = "INTERNAL";
}

namespace Dapr;

/// <summary>How <c>UseCloudEvents</c> unwraps a CloudEvent.</summary>
public class CloudEventsMiddlewareOptions
{
    /// <summary>Leaves a payload of text as the JSON string that it came in.</summary>
    public bool SuppressJsonDecodingOfTextPayloads { get; set; }

    /// <summary>Hands the event's attributes on as request headers <c>Cloudevent.name</c>.</summary>
    public bool ForwardCloudEventPropertiesAsHeaders { get; set; }

    /// <summary>Only these attributes become headers; null is all of them.</summary>
    public string[]? IncludedCloudEventPropertiesAsHeaders { get; set; }

    /// <summary>These attributes become no headers; not read when the included ones are given.</summary>
    public string[]? ExcludedCloudEventPropertiesFromHeaders { get; set; }
}

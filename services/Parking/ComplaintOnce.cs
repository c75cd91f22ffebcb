using Google.Protobuf;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>
/// Once, for replies that show a complaint: what is stored for repeats holds nothing in anybody's own words, so that
/// the words stand in the complaint's row and nowhere else. A repeat is told the words as they are then.
/// </summary>
internal static class ComplaintOnce
{
    public static async Task<V1.Complaint> Run(
        Call call,
        string clientId,
        string requestId,
        IMessage request,
        Func<Tx, Task<Complaint>> run
    )
    {
        var stored = await call.Once(
            clientId,
            requestId,
            request,
            async tx => Replies.WithoutWords(await Replies.Of(tx, await run(tx)))
        );
        return await call.Read(clientId, tx => Replies.WithWords(tx, stored));
    }
}

using Mobility.Parking.Episodes;
using Mobility.Parking.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Erases how the reporter can be reached, and by what its complaints were counted; everything else
/// stays.</summary>
public static class EraseComplaintContact
{
    public static Task<V1.Complaint> Handle(EraseComplaintContactRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", Names.Complaints);
        check.RequestId(request.RequestId);
        check.Done();
        return ComplaintOnce.Run(
            call,
            name.ClientId,
            request.RequestId,
            request,
            async tx =>
            {
                var now = await EpisodeFlow.Lock(tx);
                var complaint = await ComplaintTable.Get(tx, name);
                if (await ContactTable.Erase(tx, complaint.Id) == 0)
                {
                    return complaint;
                }

                var erased = complaint.Changed(now);
                await ComplaintTable.Save(tx, erased);
                return erased;
            }
        );
    }
}

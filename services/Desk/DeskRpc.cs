using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Hands each RPC to the slice of its name.</summary>
public sealed class DeskRpc : DeskService.DeskServiceBase
{
    public override Task<V1.Case> GetCase(GetCaseRequest request, ServerCallContext context) =>
        Desk.GetCase.Handle(request, Call.Of(context));

    public override Task<ListCasesResponse> ListCases(ListCasesRequest request, ServerCallContext context) =>
        Desk.ListCases.Handle(request, Call.Of(context));

    public override Task<V1.Shift> CreateShift(CreateShiftRequest request, ServerCallContext context) =>
        Desk.CreateShift.Handle(request, Call.Of(context));

    public override Task<V1.Shift> CancelShift(CancelShiftRequest request, ServerCallContext context) =>
        Desk.CancelShift.Handle(request, Call.Of(context));

    public override Task<ListShiftsResponse> ListShifts(ListShiftsRequest request, ServerCallContext context) =>
        Desk.ListShifts.Handle(request, Call.Of(context));

    public override Task<Rotation> CreateRotation(CreateRotationRequest request, ServerCallContext context) =>
        Desk.CreateRotation.Handle(request, Call.Of(context));

    public override Task<Duty> GetDuty(GetDutyRequest request, ServerCallContext context) =>
        Desk.GetDuty.Handle(request, Call.Of(context));

    public override Task<V1.Case> CreateCase(CreateCaseRequest request, ServerCallContext context) =>
        Desk.CreateCase.Handle(request, Call.Of(context));

    public override Task<V1.Case> AddCaseNote(AddCaseNoteRequest request, ServerCallContext context) =>
        Desk.AddCaseNote.Handle(request, Call.Of(context));

    public override Task<V1.Case> AssignCase(AssignCaseRequest request, ServerCallContext context) =>
        Desk.AssignCase.Handle(request, Call.Of(context));

    public override Task<V1.Case> HandOverCase(HandOverCaseRequest request, ServerCallContext context) =>
        Desk.HandOverCase.Handle(request, Call.Of(context));

    public override Task<V1.Case> CloseCase(CloseCaseRequest request, ServerCallContext context) =>
        Desk.CloseCase.Handle(request, Call.Of(context));

    public override Task<V1.Contact> RecordContact(RecordContactRequest request, ServerCallContext context) =>
        Desk.RecordContact.Handle(request, Call.Of(context));

    public override Task<Message> SendMessage(SendMessageRequest request, ServerCallContext context) =>
        Desk.SendMessage.Handle(request, Call.Of(context));

    public override Task<ListMessagesResponse> ListMessages(ListMessagesRequest request, ServerCallContext context) =>
        Desk.ListMessages.Handle(request, Call.Of(context));

    public override Task<DeskFigures> GetDeskFigures(GetDeskFiguresRequest request, ServerCallContext context) =>
        Desk.GetDeskFigures.Handle(request, Call.Of(context));
}

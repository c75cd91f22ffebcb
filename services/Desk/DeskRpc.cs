using Mobility.Desk.V1;

namespace Mobility.Desk;

/// <summary>Hands each call to the file that bears its name.</summary>
public sealed class DeskRpc : DeskService.DeskServiceBase { }

namespace Mobility.PaymentGateway;

/// <summary>An HTTP reply before it is sent: what is kept for a key and replayed byte for byte.</summary>
public sealed record Reply(int Status, string Body)
{
    /// <summary>Toss's refusals by code, with the status and the Korean text that Toss documents.</summary>
    private static readonly Dictionary<string, (int Status, string Message)> Refusals = new(StringComparer.Ordinal)
    {
        ["INVALID_REQUEST"] = (400, "잘못된 요청입니다."),
        ["INVALID_IDEMPOTENCY_KEY"] = (400, "멱등키는 300자 이하여야 합니다."),
        ["ALREADY_CANCELED_PAYMENT"] = (400, "이미 취소된 결제 입니다."),
        ["NOT_MATCHES_REFUNDABLE_AMOUNT"] = (400, "잔액 결과가 일치하지 않습니다."),
        ["UNAUTHORIZED_KEY"] = (401, "인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다."),
        ["INCORRECT_BASIC_AUTH_FORMAT"] = (403, "잘못된 요청입니다. ':' 를 포함해 인코딩해주세요."),
        ["NOT_CANCELABLE_AMOUNT"] = (403, "취소 할 수 없는 금액 입니다."),
        ["FORBIDDEN_CONSECUTIVE_REQUEST"] = (403, "반복적인 요청은 허용되지 않습니다. 잠시 후 다시 시도해주세요."),
        ["NOT_FOUND_PAYMENT"] = (404, "존재하지 않는 결제 정보 입니다."),
        ["ACT_NOT_FOUND"] = (404, "처리된 내역이 없습니다."),
        ["NOT_FOUND"] = (404, "존재하지 않는 정보 입니다."),
        ["IDEMPOTENT_REQUEST_PROCESSING"] = (409, "이전 멱등 요청이 처리중입니다."),
        ["RIDE_ALREADY_ENDED"] = (409, "이미 종료된 주행입니다."),
        ["FAILED_INTERNAL_SYSTEM_PROCESSING"] = (
            500,
            "내부 시스템 처리 작업이 실패했습니다. 잠시 후 다시 시도해주세요."
        ),
        // Answered only where a fault was planned with the code.
        ["PROVIDER_ERROR"] = (400, "일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요."),
        ["REFUND_REJECTED"] = (400, "환불이 거절됐습니다. 결제사에 문의 부탁드립니다."),
        ["NOT_CANCELABLE_PAYMENT"] = (403, "취소 할 수 없는 결제 입니다."),
        ["EXCEED_MAX_REFUND_DUE"] = (403, "환불 가능한 기간이 지났습니다."),
        ["NOT_AVAILABLE_BANK"] = (403, "은행 서비스 시간이 아닙니다."),
        ["FAILED_REFUND_PROCESS"] = (500, "은행 응답시간 지연이나 일시적인 오류로 환불요청에 실패했습니다."),
        ["FAILED_METHOD_HANDLING_CANCEL"] = (500, "결제 수단 처리 과정에서 일시적인 오류가 발생했습니다."),
        ["FAILED_PARTIAL_REFUND"] = (500, "은행 점검, 해약 계좌 등의 사유로 부분 환불이 실패했습니다."),
        ["FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING"] = (500, "결제가 완료되지 않았어요. 다시 시도해주세요."),
        ["COMMON_ERROR"] = (500, "일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요."),
    };

    public static bool Knows(string code) => Refusals.ContainsKey(code);

    public static Reply Ok<T>(T value) => new(200, Json.Text(value));

    /// <summary>A refusal; <paramref name="detail"/> replaces the standard text where it can be more exact.</summary>
    public static Reply Refuse(string code, string? detail = null)
    {
        var (status, message) = Refusals[code];
        return new Reply(status, Json.Text(new { code, message = detail ?? message }));
    }

    public async Task Send(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(Body, context.RequestAborted);
    }
}

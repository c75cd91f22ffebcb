using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class RecordPaymentTests(OneRefunds one) : IClassFixture<OneRefunds>
{
    [Fact]
    public async Task A_payment_is_recorded_whole_and_refundable()
    {
        await using var house = await Open();
        var request = house.Recording(7_000);

        var payment = await house.Rpc.RecordPaymentAsync(request, house.AsOperator);

        Assert.StartsWith($"{Parent}/payments/", payment.Name, StringComparison.Ordinal);
        Assert.Equal((Won(7_000), Won(7_000)), (payment.Amount, payment.RefundableAmount));
        Assert.Equal(request.Payment.Ride, payment.Ride);
        Assert.Equal(request.Payment.ApproveTime, payment.ApproveTime);
    }

    [Fact]
    public async Task The_same_facts_again_give_the_same_payment_and_other_facts_are_refused()
    {
        await using var house = await Open();
        var request = house.Recording(7_000);
        var payment = await house.Rpc.RecordPaymentAsync(request, house.AsOperator);

        request.RequestId = NewId();
        Assert.Equal(payment, await house.Rpc.RecordPaymentAsync(request, house.AsOperator));
        request.RequestId = NewId();
        request.Payment.Amount = Won(7_001);
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RecordPaymentAsync(request, house.AsOperator)
        );

        Assert.Equal(StatusCode.AlreadyExists, error.StatusCode);
        Assert.Equal("PAYMENT_EXISTS", TestService.ReasonOf(error));
    }

    [Fact]
    public async Task A_payment_that_another_client_captured_is_refused_and_nothing_is_told_of_it()
    {
        await using var house = await Open();
        var request = house.Recording(7_000);
        await house.Rpc.RecordPaymentAsync(request, house.AsOperator);
        const string other = $"clients/{TestIssuer.OtherClient}";
        request.Parent = other;
        request.RequestId = NewId();
        request.Payment.Ride = $"{other}/rides/{NewId()}";
        request.Payment.Customer = $"{other}/riders/{NewId()}";

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RecordPaymentAsync(
                request,
                house.Service.As(Role.Operator, "systems/fleet", TestIssuer.OtherClient)
            )
        );

        Assert.Equal(StatusCode.AlreadyExists, error.StatusCode);
        Assert.Equal("", TestService.InfoOf(error).Metadata["payment"]);
        Assert.Single(await house.Rows<Guid>("""SELECT payment_id FROM payment"""));
    }

    [Fact]
    public async Task Another_payers_phone_number_is_another_fact_and_a_wrong_one_is_refused()
    {
        await using var house = await Open();
        var request = house.Recording(7_000);
        request.Payment.PayerPhone = "+82 10-1234-5678";
        var payment = await house.Rpc.RecordPaymentAsync(request, house.AsOperator);
        Assert.Equal("", payment.PayerPhone);

        request.RequestId = NewId();
        request.Payment.PayerPhone = "+82 (0)10 1234 5678";
        Assert.Equal(payment, await house.Rpc.RecordPaymentAsync(request, house.AsOperator));
        request.RequestId = NewId();
        request.Payment.PayerPhone = "+82 10-1234-5679";
        await house.Refused(
            StatusCode.AlreadyExists,
            "PAYMENT_EXISTS",
            async () => await house.Rpc.RecordPaymentAsync(request, house.AsOperator)
        );
        request.Payment.PayerPhone = "010-1234-5678";
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RecordPaymentAsync(request, house.AsOperator)
        );
        Assert.Equal(["payment.payer_phone"], TestService.FieldsOf(error));
    }

    [Theory]
    [InlineData("../../v1/payments/x")]
    [InlineData("key with blanks")]
    [InlineData("결제결제결제")]
    public async Task A_gateway_key_that_would_bend_the_gateways_address_is_refused(string key)
    {
        await using var house = await Open(one);
        var request = house.Recording(7_000);
        request.Payment.GatewayPaymentKey = key;
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RecordPaymentAsync(request, house.AsOperator)
        );
        Assert.Equal(["payment.gateway_payment_key"], TestService.FieldsOf(error));
    }

    [Fact]
    public async Task Every_wrong_field_is_named_at_once()
    {
        await using var house = await Open(one);
        var request = house.Recording();
        request.RequestId = "x";
        request.Payment.Ride = "clients/seoul-kick/rides/" + NewId();
        request.Payment.Customer = "";
        request.Payment.Amount = new() { CurrencyCode = "USD", Units = -1 };
        request.Payment.Instrument = Instrument.Unspecified;
        request.Payment.GatewayPaymentKey = "short";
        request.Payment.ApproveTime = (house.Now + TimeSpan.FromMinutes(3)).ToTimestamp();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RecordPaymentAsync(request, house.AsOperator)
        );

        Assert.Equal("FIELD_INVALID", TestService.ReasonOf(error));
        Assert.Equal(
            [
                "payment.customer",
                "payment.ride",
                "payment.amount.currency_code",
                "payment.amount",
                "payment.instrument",
                "payment.gateway_payment_key",
                "payment.approve_time",
                "request_id",
            ],
            TestService.FieldsOf(error)
        );
    }

    [Theory]
    [InlineData("KRW", 1, 500_000_000, "payment.amount")] // half a won
    [InlineData("KRW", 0, 0, "payment.amount")]
    [InlineData("KRW", 10_000_001, 0, "payment.amount")]
    [InlineData("EUR", 10, 0, "payment.amount.currency_code")]
    [InlineData("", 10, 0, "payment.amount.currency_code")]
    public async Task An_amount_that_is_no_whole_won_up_to_ten_million_is_refused(
        string currency,
        long units,
        int nanos,
        string field
    )
    {
        await using var house = await Open(one);
        var request = house.Recording();
        request.Payment.Amount = new()
        {
            CurrencyCode = currency,
            Units = units,
            Nanos = nanos,
        };

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RecordPaymentAsync(request, house.AsOperator)
        );

        Assert.Contains(field, TestService.FieldsOf(error));
    }

    [Fact]
    public async Task An_unknown_client_is_refused()
    {
        await using var house = await Open(one);
        var request = house.Recording();
        request.Parent = "clients/nowhere-kick";
        var caller = house.Service.As(Role.Operator, "systems/fleet", "nowhere-kick");

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RecordPaymentAsync(request, caller)
        );

        Assert.Contains("parent", TestService.FieldsOf(error));
    }

    [Fact]
    public async Task Ten_repeats_at_once_record_once_and_another_body_under_the_id_is_refused()
    {
        await using var house = await Open();
        var request = house.Recording();

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => house.Rpc.RecordPaymentAsync(request, house.AsOperator).ResponseAsync)
        );
        request.Payment.Amount = Won(1);
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RecordPaymentAsync(request, house.AsOperator)
        );

        Assert.Single(replies.Distinct());
        Assert.Equal("REQUEST_ID_REUSED", TestService.ReasonOf(error));
        Assert.Equal([1L], await house.Rows<long>("""SELECT count(*) FROM payment"""));
    }

    [Fact]
    public async Task Only_the_operator_records()
    {
        await using var house = await Open(one);

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RecordPaymentAsync(house.Recording(), house.AsLead)
        );

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
    }
}

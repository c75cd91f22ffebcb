using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Mobility.Tests.Support;
using Xunit;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Mobility.Tests.Platform;

/// <summary>The real Grpc.AspNetCore.Server and Grpc.Net.Client on the assemblies that this repository
/// builds.</summary>
public sealed class StandInsGrpcTests : IAsyncLifetime
{
    private readonly ProbedHealth _health = new();
    private readonly EncodingWatch _encodings = new();
    private StandInServer _server = null!;
    private GrpcChannel _channel = null!;
    private Health.HealthClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await StandInServer.Start(
            HttpProtocols.Http2,
            services =>
            {
                services.AddSingleton(_health);
                services.AddGrpc(grpc =>
                {
                    grpc.Interceptors.Add<EchoedSubject>();
                    grpc.ResponseCompressionAlgorithm = "gzip";
                });
            },
            app => app.MapGrpcService<ProbedHealth>()
        );
        _channel = GrpcChannel.ForAddress(_server.Address, new GrpcChannelOptions { HttpHandler = _encodings });
        _client = new Health.HealthClient(_channel);
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_unary_call_brings_the_reply_back_compressed_as_asked()
    {
        var reply = await _client.CheckAsync(new HealthCheckRequest());

        Assert.Equal(ServingStatus.Serving, reply.Status);
        Assert.Equal("gzip", _encodings.Last);
    }

    [Fact]
    public void A_blocking_call_brings_the_reply_back()
    {
        Assert.Equal(ServingStatus.Serving, _client.Check(new HealthCheckRequest()).Status);
    }

    [Fact]
    public async Task A_refusal_carries_status_text_trailers_and_bytes()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await _client.CheckAsync(new HealthCheckRequest { Service = ProbedHealth.Refused })
        );

        Assert.Equal(StatusCode.FailedPrecondition, refusal.StatusCode);
        Assert.Equal("정비 중: 50%", refusal.Status.Detail);
        Assert.Equal("second", refusal.Trailers.GetValue("Reason"));
        Assert.Equal(["first", "second"], refusal.Trailers.GetAll("reason").Select(entry => entry.Value));
        Assert.Equal([0, 255, 7], refusal.Trailers.GetValueBytes("details-bin")!);
    }

    [Fact]
    public async Task A_call_ends_at_its_deadline_on_both_sides()
    {
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(250);

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await _client.CheckAsync(new HealthCheckRequest { Service = ProbedHealth.Endless }, deadline: deadline)
        );

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        await _health.Released.Task.WaitAsync(Poll.Patience);
    }

    [Fact]
    public async Task A_cancelled_call_ends_on_both_sides()
    {
        using var source = new CancellationTokenSource();
        using var call = _client.CheckAsync(
            new HealthCheckRequest { Service = ProbedHealth.Endless },
            cancellationToken: source.Token
        );
        await _health.Entered.Task.WaitAsync(Poll.Patience);

        await source.CancelAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        await _health.Released.Task.WaitAsync(Poll.Patience);
    }

    [Fact]
    public async Task A_server_stream_brings_every_message_in_order_and_ends()
    {
        using var call = _client.Watch(new HealthCheckRequest());

        var seen = new List<ServingStatus>();
        await foreach (var message in call.ResponseStream.ReadAllAsync())
        {
            seen.Add(message.Status);
        }

        Assert.Equal([ServingStatus.NotServing, ServingStatus.Serving], seen);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Interceptors_of_client_and_server_stand_around_a_call()
    {
        var client = new Health.HealthClient(_channel.CreateCallInvoker().Intercept(new SendsSubject("rider-7")));

        using var call = client.CheckAsync(new HealthCheckRequest());
        await call;

        Assert.Equal("rider-7", call.GetTrailers().GetValue("subject"));
    }

    [Fact]
    public async Task A_method_without_a_handler_is_unimplemented()
    {
        await using var bare = await StandInServer.Start(
            HttpProtocols.Http2,
            services => services.AddGrpc(),
            app => app.MapGrpcService<BareHealth>()
        );
        using var channel = GrpcChannel.ForAddress(bare.Address);

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest())
        );

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    private sealed class ProbedHealth : Health.HealthBase
    {
        public const string Refused = "refused";
        public const string Endless = "endless";

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
        {
            if (request.Service == Refused)
            {
                var trailers = new Metadata
                {
                    { "reason", "first" },
                    { "reason", "second" },
                    { "details-bin", [0, 255, 7] },
                };
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "정비 중: 50%"), trailers);
            }
            if (request.Service == Endless)
            {
                await using var end = context.CancellationToken.Register(() => Released.TrySetResult());
                Entered.TrySetResult();
                await Released.Task;
            }
            return new HealthCheckResponse { Status = ServingStatus.Serving };
        }

        public override async Task Watch(
            HealthCheckRequest request,
            IServerStreamWriter<HealthCheckResponse> responseStream,
            ServerCallContext context
        )
        {
            await responseStream.WriteAsync(new HealthCheckResponse { Status = ServingStatus.NotServing });
            await responseStream.WriteAsync(
                new HealthCheckResponse { Status = ServingStatus.Serving },
                context.CancellationToken
            );
        }
    }

    private sealed class BareHealth : Health.HealthBase;

    private sealed class EchoedSubject : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request,
            ServerCallContext context,
            UnaryServerMethod<TRequest, TResponse> continuation
        )
        {
            if (context.RequestHeaders.GetValue("subject") is { } subject)
            {
                context.ResponseTrailers.Add("subject", subject);
            }
            return continuation(request, context);
        }
    }

    private sealed class SendsSubject(string subject) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation
        )
        {
            var options = context.Options.WithHeaders(new Metadata { { "Subject", subject } });
            return continuation(request, new(context.Method, context.Host, options));
        }
    }

    private sealed class EncodingWatch() : DelegatingHandler(new SocketsHttpHandler())
    {
        public string? Last { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var response = await base.SendAsync(request, cancellationToken);
            Last = response.Headers.TryGetValues("grpc-encoding", out var values) ? values.Single() : null;
            return response;
        }
    }
}

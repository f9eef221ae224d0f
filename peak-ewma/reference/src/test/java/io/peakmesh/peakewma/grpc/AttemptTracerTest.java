package io.peakmesh.peakewma.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.peakmesh.peakewma.PeakEwmaConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AttemptTracerTest {
    private static final double MILLI = 1e6;
    private static final Metadata NO_TRAILERS = new Metadata();

    private final FakeTicker ticker = new FakeTicker();
    private final Uptime uptime = new Uptime(ticker);
    private final Traffic traffic = new Traffic(PeakEwmaConfig.DEFAULT, uptime);

    @Test
    void learnsTheTimeToTheHeadersWhenTheFirstMessageComes() {
        ClientStreamTracer stream = begin();
        ticker.pass(40);
        stream.inboundHeaders();
        ticker.pass(60);
        stream.inboundMessage(0);
        assertThat(estimate()).isEqualTo(40 * MILLI);
        stream.inboundTrailers(NO_TRAILERS);
        stream.streamClosed(Status.OK);
        assertThat(estimate()).isEqualTo(40 * MILLI);
        assertThat(traffic.outstanding()).isZero();
    }

    @Test
    void isSilentUntilTheHeadersCome() {
        ClientStreamTracer stream = begin();
        ticker.pass(200);
        assertThat(traffic.endpoint().silence(uptime.nanos(), 1)).isEqualTo(200 * MILLI);
        stream.inboundHeaders();
        assertThat(traffic.endpoint().silence(uptime.nanos(), 1)).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {
                "UNKNOWN",
                "DEADLINE_EXCEEDED",
                "RESOURCE_EXHAUSTED",
                "INTERNAL",
                "UNAVAILABLE",
                "DATA_LOSS"
            })
    void learnsNoTimeFromAnErrorAndAvoidsOneThatNeverSucceeded(Status.Code code) {
        ClientStreamTracer stream = begin();
        ticker.pass(2);
        stream.inboundTrailers(NO_TRAILERS);
        stream.streamClosed(code.toStatus());
        assertThat(estimate()).isBetween(29 * MILLI, 30 * MILLI);
        assertThat(penalty()).isEqualTo(5_000 * MILLI);
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {
                "OK",
                "CANCELLED",
                "INVALID_ARGUMENT",
                "NOT_FOUND",
                "ALREADY_EXISTS",
                "PERMISSION_DENIED",
                "FAILED_PRECONDITION",
                "ABORTED",
                "OUT_OF_RANGE",
                "UNIMPLEMENTED",
                "UNAUTHENTICATED"
            })
    void takesWhatTheServerSaidAboutTheCallForAnAnswer(Status.Code code) {
        ClientStreamTracer stream = begin();
        ticker.pass(7);
        stream.inboundTrailers(NO_TRAILERS);
        stream.streamClosed(code.toStatus());
        assertThat(estimate()).isEqualTo(7 * MILLI);
        assertThat(penalty()).isZero();
    }

    @Test
    void countsErrorsBehindHeadersAsARow() {
        answer();
        for (int round = 0; round < 2; round++) {
            ClientStreamTracer stream = begin();
            stream.inboundHeaders();
            stream.inboundTrailers(NO_TRAILERS);
            stream.streamClosed(Status.UNAVAILABLE);
            assertThat(penalty()).isEqualTo(round * 5_000 * MILLI);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "UNKNOWN"})
    void avoidsAtOnceWhatGaveNoAnswer(Status.Code code) {
        answer();
        ClientStreamTracer stream = begin();
        ticker.pass(900);
        stream.streamClosed(code.toStatus());
        assertThat(penalty()).isEqualTo(5_000 * MILLI);
        assertThat(traffic.outstanding()).isZero();
    }

    @Test
    void onlyRaisesTheCostOfACallThatTheCallerGaveUp() {
        answer();
        begin().streamClosed(Status.CANCELLED);
        assertThat(estimate()).isEqualTo(10 * MILLI);
        ClientStreamTracer stream = begin();
        ticker.pass(300);
        stream.streamClosed(Status.CANCELLED);
        assertThat(estimate()).isEqualTo(300 * MILLI);
        assertThat(penalty()).isZero();
    }

    @Test
    void takesAnHourOfAWatchThatTheCallerGaveUpForASecond() {
        ClientStreamTracer stream = begin();
        ticker.pass(3_600_000);
        stream.streamClosed(Status.CANCELLED);
        assertThat(estimate()).isEqualTo(1_000 * MILLI);
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"CANCELLED", "DEADLINE_EXCEEDED"})
    void takesHeadersForAnAnswerIfThisClientEndedTheStream(Status.Code code) {
        ClientStreamTracer stream = begin();
        ticker.pass(20);
        stream.inboundHeaders();
        ticker.pass(0);
        stream.streamClosed(code.toStatus());
        assertThat(estimate()).isEqualTo(20 * MILLI);
        assertThat(penalty()).isZero();
    }

    @Test
    void takesALostConnectionBehindHeadersForAnError() {
        ClientStreamTracer stream = begin();
        stream.inboundHeaders();
        stream.streamClosed(Status.UNAVAILABLE);
        assertThat(penalty()).isEqualTo(5_000 * MILLI);
    }

    @ParameterizedTest
    @CsvSource({
        "grpc-retry-pushback-ms, 1500, 1500",
        "grpc-retry-pushback-ms, -1, 0",
        "grpc-retry-pushback-ms, 99999999999, 30000",
        "grpc-retry-pushback-ms, 9999999999999, 0",
        "retry-after, 2, 2000",
        "retry-after, 4000, 30000",
        "retry-after, 'Wed, 21 Oct 2026 07:28:00 GMT', 0",
        "retry-after, '', 0"
    })
    void leavesAServerAloneForAsLongAsItAsks(String key, String value, long millis) {
        answer();
        Metadata trailers = new Metadata();
        trailers.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
        ClientStreamTracer stream = begin();
        stream.inboundTrailers(trailers);
        stream.streamClosed(Status.RESOURCE_EXHAUSTED);
        assertThat(penalty()).isEqualTo(millis * MILLI);
    }

    @Test
    void countsWhatIsOutstanding() {
        List<ClientStreamTracer> streams = List.of(begin(), begin(), begin());
        assertThat(traffic.outstanding()).isEqualTo(3);
        streams.forEach(stream -> stream.streamClosed(Status.CANCELLED));
        assertThat(traffic.outstanding()).isZero();
    }

    private void answer() {
        ClientStreamTracer stream = begin();
        ticker.pass(10);
        stream.inboundHeaders();
        stream.inboundMessage(0);
        stream.streamClosed(Status.OK);
    }

    private ClientStreamTracer begin() {
        return traffic.newClientStreamTracer(
                ClientStreamTracer.StreamInfo.newBuilder()
                        .setCallOptions(CallOptions.DEFAULT)
                        .build(),
                new Metadata());
    }

    private double estimate() {
        return traffic.endpoint().estimate(uptime.nanos(), 0);
    }

    private double penalty() {
        return traffic.endpoint().penalty(uptime.nanos(), 0);
    }
}

package io.peakmesh.xds.translator.wire;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Building blocks that several features share. */
public final class Wire {
    private Wire() {}

    /** A message inside another; equal messages give equal bytes, maps included. */
    public static Any any(Message message) {
        byte[] bytes = new byte[message.getSerializedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            message.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return Any.newBuilder()
                .setTypeUrl(TypeUrl.of(message))
                .setValue(ByteString.copyFrom(bytes))
                .build();
    }

    public static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    public static UInt32Value uint32(int value) {
        return UInt32Value.of(value);
    }

    /** From the stream on which this resource came. */
    public static ConfigSource ads() {
        return ConfigSource.newBuilder()
                .setAds(AggregatedConfigSource.getDefaultInstance())
                .setResourceApiVersion(ApiVersion.V3)
                .build();
    }

    public static Address address(String ip, int port) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(ip).setPortValue(port))
                .build();
    }

    public static StringMatcher exact(String text) {
        return StringMatcher.newBuilder().setExact(text).build();
    }

    /** RE2 over the whole value. */
    public static StringMatcher regex(String regex) {
        return StringMatcher.newBuilder()
                .setSafeRegex(RegexMatcher.newBuilder().setRegex(regex))
                .build();
    }

    /** SMI's path regex is anchored at its start only, Envoy's at both ends. */
    public static RegexMatcher regexFromStart(String regex) {
        return RegexMatcher.newBuilder().setRegex("(?:" + regex + ").*").build();
    }
}

package io.peakmesh.xds.translator.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypeUrlTest {
    @Test
    void isWhatTheMessageItselfWouldSay() {
        List<Message> messages =
                List.of(
                        Timestamp.getDefaultInstance(),
                        Cluster.getDefaultInstance(),
                        Cluster.EdsClusterConfig.getDefaultInstance(),
                        VirtualHost.getDefaultInstance(),
                        HttpConnectionManager.getDefaultInstance(),
                        DynamicMessage.getDefaultInstance(Cluster.getDescriptor()));

        assertThat(messages)
                .allSatisfy(message ->
                        assertThat(TypeUrl.of(message))
                                .isEqualTo(
                                        "type.googleapis.com/"
                                                + message.getDescriptorForType().getFullName()));
    }

    @Test
    void saysSoOfWhatIsNoGeneratedMessage() {
        Message odd =
                (Message)
                        Proxy.newProxyInstance(
                                TypeUrlTest.class.getClassLoader(),
                                new Class<?>[] {Message.class},
                                (_, _, _) -> null);

        assertThatThrownBy(() -> TypeUrl.of(odd)).isInstanceOf(IllegalStateException.class);
    }
}

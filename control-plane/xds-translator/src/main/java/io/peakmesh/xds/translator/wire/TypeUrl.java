package io.peakmesh.xds.translator.wire;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * What an Any says that it holds. A generated message is not asked for its descriptor: that makes
 * protobuf's runtime look up every accessor of its class by reflection, over all types of a mesh
 * 11,000 methods, and load every class that one of them names. The class knows it for nothing.
 */
public final class TypeUrl {
    private static final String PREFIX = "type.googleapis.com/";

    private static final ClassValue<String> OF_CLASS =
            new ClassValue<>() {
                @Override
                protected String computeValue(Class<?> generated) {
                    return PREFIX + descriptor(generated).getFullName();
                }
            };

    private TypeUrl() {}

    /** {@code type.googleapis.com/} and the message's full name. */
    public static String of(Message message) {
        return message instanceof DynamicMessage
                ? PREFIX + message.getDescriptorForType().getFullName()
                : OF_CLASS.get(message.getClass());
    }

    private static Descriptor descriptor(Class<?> generated) {
        try {
            MethodHandle getter =
                    MethodHandles.publicLookup()
                            .findStatic(
                                    generated,
                                    "getDescriptor",
                                    MethodType.methodType(Descriptor.class));
            return (Descriptor) getter.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("not a generated message: " + generated, e);
        }
    }
}

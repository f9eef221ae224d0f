package io.peakmesh.xds.translator.module;

import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.envoyproxy.envoy.extensions.dynamic_modules.v3.DynamicModuleConfig;
import io.envoyproxy.envoy.extensions.dynamic_modules.v3.DynamicModulesProto;

/**
 * The two messages of Envoy 1.38 and later that the Java library of Envoy's messages does not have
 * yet. Each says in its three fields: which library, which part of it, and that part's settings.
 */
final class ModuleMessages {
    static final Descriptor LOAD_BALANCER =
            message(
                    "envoy.extensions.load_balancing_policies.dynamic_modules.v3",
                    "DynamicModulesLoadBalancerConfig",
                    "lb_policy");
    static final Descriptor ACCESS_LOG =
            message(
                    "envoy.extensions.access_loggers.dynamic_modules.v3",
                    "DynamicModuleAccessLog",
                    "logger");

    private static final int LIBRARY = 1;
    private static final int PART = 2;
    private static final int SETTINGS = 3;

    private ModuleMessages() {}

    static DynamicMessage.Builder builder(
            Descriptor type, DynamicModuleConfig library, String part) {
        return DynamicMessage.newBuilder(type)
                .setField(type.findFieldByNumber(LIBRARY), library)
                .setField(type.findFieldByNumber(PART), part);
    }

    static FieldDescriptor settings(Descriptor type) {
        return type.findFieldByNumber(SETTINGS);
    }

    private static Descriptor message(String pack, String name, String part) {
        DescriptorProto message =
                DescriptorProto.newBuilder()
                        .setName(name)
                        .addField(
                                field(
                                                "dynamic_module_config",
                                                LIBRARY,
                                                FieldDescriptorProto.Type.TYPE_MESSAGE)
                                        .setTypeName(
                                                "."
                                                        + DynamicModuleConfig.getDescriptor()
                                                                .getFullName()))
                        .addField(
                                field(part + "_name", PART, FieldDescriptorProto.Type.TYPE_STRING))
                        .addField(
                                field(
                                                part + "_config",
                                                SETTINGS,
                                                FieldDescriptorProto.Type.TYPE_MESSAGE)
                                        .setTypeName(".google.protobuf.Any"))
                        .build();
        FileDescriptorProto file =
                FileDescriptorProto.newBuilder()
                        .setName(pack.replace('.', '/') + "/dynamic_modules.proto")
                        .setPackage(pack)
                        .setSyntax("proto3")
                        .addDependency(DynamicModulesProto.getDescriptor().getFullName())
                        .addDependency(AnyProto.getDescriptor().getFullName())
                        .addMessageType(message)
                        .build();
        try {
            return FileDescriptor.buildFrom(
                            file,
                            new FileDescriptor[] {
                                DynamicModulesProto.getDescriptor(), AnyProto.getDescriptor()
                            })
                    .findMessageTypeByName(name);
        } catch (DescriptorValidationException wrong) {
            throw new IllegalStateException("the text above is no message", wrong);
        }
    }

    private static FieldDescriptorProto.Builder field(
            String name, int number, FieldDescriptorProto.Type type) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
                .setType(type);
    }
}

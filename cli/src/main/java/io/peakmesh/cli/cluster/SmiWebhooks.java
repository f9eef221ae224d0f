package io.peakmesh.cli.cluster;

import io.peakmesh.injector.webhook.Admission;
import io.peakmesh.injector.webhook.Conversion;
import io.peakmesh.kube.reader.ObjectReader;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Severity;
import io.peakmesh.smi.convert.SmiConversion;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import io.peakmesh.smi.validate.SmiValidation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the API server asks about SMI objects: may it be stored, and how it reads in a version. */
final class SmiWebhooks implements Admission, Conversion {
    private final String clusterDomain;

    SmiWebhooks(String clusterDomain) {
        this.clusterDomain = clusterDomain;
    }

    @Override
    public Answer review(Request request) {
        if (request.object().isEmpty() || sameIntent(request)) {
            return new Answer.Allowed(List.of());
        }
        ObjectReader.Decoded decoded = ObjectReader.read(request.object());
        List<Invalid> found = new ArrayList<>(decoded.problems());
        if (decoded.object().orElse(null) instanceof SmiObject smi) {
            found.addAll(SmiValidation.judge(smi, clusterDomain));
        }
        String errors = text(found, Severity.ERROR).collect(Collectors.joining("; "));
        return errors.isEmpty()
                ? new Answer.Allowed(text(found, Severity.WARNING).toList())
                : new Answer.Denied(errors);
    }

    /**
     * Whether only metadata or status changes: an object that was bad before we came must be able
     * to lose its finalizers.
     */
    private static boolean sameIntent(Request request) {
        return !request.oldObject().isEmpty()
                && intent(request.oldObject()).equals(intent(request.object()));
    }

    private static Map<String, Object> intent(Map<String, Object> object) {
        Map<String, Object> intent = new HashMap<>(object);
        intent.remove("metadata");
        intent.remove("status");
        return intent;
    }

    private static Stream<String> text(List<Invalid> found, Severity severity) {
        return found.stream()
                .filter(invalid -> invalid.severity() == severity)
                .map(invalid ->
                        invalid.field().isEmpty()
                                ? invalid.reason()
                                : invalid.field() + ": " + invalid.reason())
                .distinct();
    }

    @Override
    public Conversion.Converted convert(Map<String, Object> object, String desiredApiVersion) {
        return switch (SmiConversion.convert(object, desiredApiVersion)) {
            case SmiConversion.Converted.Done(var done) -> new Conversion.Converted.Done(done);
            case SmiConversion.Converted.Failed(var reason) ->
                    new Conversion.Converted.Failed(reason);
        };
    }
}

package io.peakmesh.kube.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.identity.attest.TokenReviewer;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.Reply;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Tokens judged by authentication.k8s.io/v1 TokenReview. A refusal of this client (its own rights,
 * its rate, the server's health) says nothing of the token and is no answer; only a review that was
 * made, or one that the server calls malformed, is a no.
 */
public final class TokenReviews implements TokenReviewer {
    private static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";
    private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
    private static final String POD_UID = "authentication.kubernetes.io/pod-uid";
    private static final String ACCOUNT_PREFIX = "system:serviceaccount:";

    private final Api api;

    public TokenReviews(KubernetesClient client) {
        this.api = new Api(client);
    }

    @Override
    public Answer review(String token, String audience) {
        ObjectNode review =
                new ObjectMapper()
                        .createObjectNode()
                        .put("apiVersion", "authentication.k8s.io/v1")
                        .put("kind", "TokenReview");
        review.putObject("spec").put("token", token).putArray("audiences").add(audience);
        try {
            Reply reply = api.create(PATH, review);
            if (reply.done()) {
                return judged(reply.body().path("status"), audience);
            }
            return reply.mayBeTakenLater() || reply.status() == Reply.NOT_FOUND
                    ? new Answer.Unavailable(said(reply))
                    : new Answer.Rejected(reply.message());
        } catch (IOException noAnswer) {
            return new Answer.Unavailable(String.valueOf(noAnswer.getMessage()));
        }
    }

    private static String said(Reply reply) {
        return String.valueOf(reply.refused("have a token reviewed").getMessage());
    }

    /** The answer that a review's status amounts to. */
    static Answer judged(JsonNode status, String audience) {
        if (!status.path("authenticated").asBoolean(false)) {
            String error = status.path("error").asText("");
            return new Answer.Rejected(error.isEmpty() ? "the cluster does not know it" : error);
        }
        // An authenticator that knows no audiences says yes and lists none.
        boolean meant =
                StreamSupport.stream(status.path("audiences").spliterator(), false)
                        .anyMatch(each -> each.asText("").equals(audience));
        if (!meant) {
            return new Answer.Rejected("it is not for the audience " + audience);
        }
        JsonNode user = status.path("user");
        Optional<ServiceAccountName> account = account(user.path("username").asText(""));
        if (account.isEmpty()) {
            return new Answer.Rejected("it is no service account's");
        }
        String pod = single(user.path("extra").path(POD_NAME));
        String uid = single(user.path("extra").path(POD_UID));
        if (pod.isEmpty() || uid.isEmpty()) {
            return new Answer.Rejected("it is bound to no pod");
        }
        return new Answer.Authenticated(
                new WorkloadName(account.get().namespace(), pod), uid, account.get());
    }

    private static Optional<ServiceAccountName> account(String user) {
        if (!user.startsWith(ACCOUNT_PREFIX)) {
            return Optional.empty();
        }
        String rest = user.substring(ACCOUNT_PREFIX.length());
        int colon = rest.indexOf(':');
        if (colon <= 0 || colon == rest.length() - 1 || rest.indexOf(':', colon + 1) >= 0) {
            return Optional.empty();
        }
        return Optional.of(
                new ServiceAccountName(rest.substring(0, colon), rest.substring(colon + 1)));
    }

    private static String single(JsonNode values) {
        return values.size() == 1 ? values.path(0).asText("") : "";
    }
}

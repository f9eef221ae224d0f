package io.peakmesh.kube.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.identity.attest.TokenReviewer.Answer;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;
import org.junit.jupiter.api.Test;

class TokenReviewsTest {
    private static final String GOOD =
            """
            {"authenticated": true, "audiences": ["peakmesh"],
             "user": {"username": "system:serviceaccount:shop:web", "extra": {
               "authentication.kubernetes.io/pod-name": ["web-1"],
               "authentication.kubernetes.io/pod-uid": ["u1"]}}}
            """;

    private static Answer judged(String status) throws JsonProcessingException {
        return TokenReviews.judged(new ObjectMapper().readTree(status), "peakmesh");
    }

    @Test
    void aTokenOfAPodForTheAudienceIsGood() throws JsonProcessingException {
        assertThat(judged(GOOD))
                .isEqualTo(
                        new Answer.Authenticated(
                                new WorkloadName("shop", "web-1"),
                                "u1",
                                new ServiceAccountName("shop", "web")));
    }

    @Test
    void anythingMissingOrOtherIsANo() throws JsonProcessingException {
        for (String bad :
                new String[] {
                    "{}",
                    GOOD.replace("true", "false"),
                    GOOD.replace("\"audiences\": [\"peakmesh\"],", ""),
                    GOOD.replace("[\"peakmesh\"]", "[\"api\"]"),
                    GOOD.replace("system:serviceaccount:shop:web", "admin"),
                    GOOD.replace("system:serviceaccount:shop:web", "system:serviceaccount:shop:"),
                    GOOD.replace("system:serviceaccount:shop:web", "system:serviceaccount:a:b:c"),
                    GOOD.replace("[\"web-1\"]", "[]"),
                    GOOD.replace("[\"web-1\"]", "[\"web-1\", \"web-2\"]"),
                    GOOD.replace("[\"u1\"]", "[\"\"]"),
                }) {
            assertThat(bad).isNotEqualTo(GOOD);
            assertThat(judged(bad)).as(bad).isInstanceOf(Answer.Rejected.class);
        }
    }
}

package io.peakmesh.injector.webhook;

import com.fasterxml.jackson.core.JacksonException;
import io.peakmesh.injector.http.BodyTooLarge;
import io.peakmesh.injector.http.HttpHandler;
import io.peakmesh.injector.http.HttpReply;
import io.peakmesh.injector.http.HttpRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a path to who answers it; every error becomes a Status. */
final class Router implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private final SortedMap<String, HttpHandler> webhooks;
    private final ApiEndpoint apis;
    private final RefusalLog refusals;

    Router(Map<String, HttpHandler> webhooks, ApiEndpoint apis, RefusalLog refusals) {
        this.webhooks = new TreeMap<>(webhooks);
        this.apis = apis;
        this.refusals = refusals;
    }

    @Override
    public HttpReply answer(HttpRequest request) throws IOException {
        try {
            return route(request);
        } catch (Refused refused) {
            return refuse(request, refused.status(), "" + refused.getMessage());
        } catch (BodyTooLarge tooLarge) {
            return refuse(request, 413, "" + tooLarge.getMessage());
        } catch (Spool.Full full) {
            return refuse(request, 429, "" + full.getMessage());
        } catch (JacksonException malformed) {
            return refuse(request, 400, "malformed JSON: " + malformed.getOriginalMessage());
        } catch (StackOverflowError _) {
            return refuse(request, 400, "the JSON is nested too deeply");
        } catch (RuntimeException bug) {
            LOG.error("request failed: path={}", request.path(), bug);
            return Replies.error(500, "the control plane failed; see its log");
        }
    }

    private HttpReply refuse(HttpRequest request, int status, String why) {
        // The API server looks for paths that are not there, at every round of its discovery.
        if (status != 404) {
            refusals.refused(request.path(), status, why);
        }
        return Replies.error(status, why);
    }

    private HttpReply route(HttpRequest request) throws IOException {
        String path = request.path();
        if (path.equals("/healthz")) {
            return HttpReply.of(200, "text/plain", "ok".getBytes(StandardCharsets.US_ASCII));
        }
        if (path.equals("/apis") || path.startsWith("/apis/")) {
            return apis.answer(request);
        }
        if (path.equals("/openapi/v2") || path.equals("/openapi/v3")) {
            return Replies.json(200, ApiEndpoint.openApi(path));
        }
        HttpHandler webhook = webhooks.get(path);
        if (webhook == null) {
            throw new Refused(404, "nothing is served at this path");
        }
        if (!request.method().equals("POST")) {
            throw new Refused(405, "a webhook is asked with POST");
        }
        return webhook.answer(request);
    }
}

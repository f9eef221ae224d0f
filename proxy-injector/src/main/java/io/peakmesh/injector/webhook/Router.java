package io.peakmesh.injector.webhook;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a path to who answers it; every error becomes a Status. */
final class Router implements Handler {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private final SortedMap<String, Handler> webhooks;
    private final ApiEndpoint apis;
    private final RefusalLog refusals;

    Router(Map<String, Handler> webhooks, ApiEndpoint apis, RefusalLog refusals) {
        this.webhooks = new TreeMap<>(webhooks);
        this.apis = apis;
        this.refusals = refusals;
    }

    @Override
    public Reply answer(Call call) throws IOException {
        try {
            return route(call);
        } catch (Refused refused) {
            return refuse(call, refused.status(), "" + refused.getMessage());
        } catch (BodyTooLarge tooLarge) {
            return refuse(call, 413, "" + tooLarge.getMessage());
        } catch (Spool.Full full) {
            return refuse(call, 429, "" + full.getMessage());
        } catch (JacksonException malformed) {
            return refuse(call, 400, "malformed JSON: " + malformed.getOriginalMessage());
        } catch (StackOverflowError _) {
            return refuse(call, 400, "the JSON is nested too deeply");
        } catch (RuntimeException bug) {
            LOG.error("request failed: path={}", call.path(), bug);
            return Reply.error(500, "the control plane failed; see its log");
        }
    }

    private Reply refuse(Call call, int status, String why) {
        // The API server looks for paths that are not there, at every round of its discovery.
        if (status != 404) {
            refusals.refused(call.path(), status, why);
        }
        return Reply.error(status, why);
    }

    private Reply route(Call call) throws IOException {
        String path = call.path();
        if (path.equals("/healthz")) {
            return Reply.text("ok");
        }
        if (path.equals("/apis") || path.startsWith("/apis/")) {
            return apis.answer(call);
        }
        if (path.equals("/openapi/v2") || path.equals("/openapi/v3")) {
            return Reply.json(200, ApiEndpoint.openApi(path));
        }
        Handler webhook = webhooks.get(path);
        if (webhook == null) {
            throw new Refused(404, "nothing is served at this path");
        }
        if (!call.method().equals("POST")) {
            throw new Refused(405, "a webhook is asked with POST");
        }
        return webhook.answer(call);
    }
}

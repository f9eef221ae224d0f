package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;

/** What a control plane answers; throws CliException where there is none. */
interface Answers {
    JsonNode get(String path);
}

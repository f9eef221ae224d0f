package io.peakmesh.kube.folder;

import java.time.Duration;

/** A file system without events: only looks, thirty milliseconds apart. */
class YamlFolderPollingTest extends YamlFolderContract {
    YamlFolderPollingTest() {
        super(options(Duration.ofMillis(30), true));
    }
}

package io.peakmesh.kube.folder;

import java.time.Duration;

/** Events come from the file system: a look without any would come after an hour. */
class YamlFolderWithEventsTest extends YamlFolderContract {
    YamlFolderWithEventsTest() {
        super(options(Duration.ofHours(1), false));
    }
}

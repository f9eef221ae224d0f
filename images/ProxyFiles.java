import io.peakmesh.xds.translator.bootstrap.PodBootstrap;
import io.peakmesh.xds.translator.bootstrap.ProxyImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the proxy's image must agree on with the bootstrap of its pods, taken from there: writes the
 * token's secret into the folder that is its argument, as its place in the image is, and prints the
 * places of the rest for the shell. Run by images/build from this source file.
 */
final class ProxyFiles {
    private ProxyFiles() {}

    public static void main(String[] arguments) throws IOException {
        Path secret = Path.of(arguments[0] + ProxyImage.TOKEN_SECRET);
        Files.createDirectories(secret.getParent());
        Files.writeString(secret, PodBootstrap.tokenSecret());
        System.out.println("envoy=" + ProxyImage.ENVOY);
        System.out.println("module=" + ProxyImage.MODULE_DIR + "/libpeakmesh.so");
        System.out.println("redirect=" + ProxyImage.REDIRECT);
        System.out.println("user=" + ProxyImage.UID + ":" + ProxyImage.UID);
    }
}

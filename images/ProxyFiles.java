import io.peakmesh.xds.translator.bootstrap.PodBootstrap;
import io.peakmesh.xds.translator.bootstrap.ProxyImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the proxy's image must agree on with the bootstrap of its pods, taken from there: writes the
 * token's and the roots' secrets into the folder that is its argument, as their places in the image
 * are, and prints the places of the rest for the shell. Run by images/build from this source file.
 */
final class ProxyFiles {
    private ProxyFiles() {}

    public static void main(String[] arguments) throws IOException {
        write(Path.of(arguments[0] + ProxyImage.TOKEN_SECRET), PodBootstrap.tokenSecret());
        write(Path.of(arguments[0] + ProxyImage.ROOTS_SECRET), PodBootstrap.rootsSecret());
        System.out.println("envoy=" + ProxyImage.ENVOY);
        System.out.println("module=" + ProxyImage.MODULE_DIR + "/libpeakmesh.so");
        System.out.println("redirect=" + ProxyImage.REDIRECT);
        System.out.println("user=" + ProxyImage.UID + ":" + ProxyImage.UID);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}

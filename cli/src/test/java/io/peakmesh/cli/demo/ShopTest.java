package io.peakmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShopTest {
    private final Shop shop = new Shop("127.80.3");

    @TempDir private Path folder = Path.of("");

    @Test
    void everyInstanceHasAnAddressAndANameOfItsOwn() {
        assertThat(shop.instances()).extracting(Shop.Instance::ip).doesNotHaveDuplicates();
        assertThat(shop.instances()).extracting(Shop.Instance::pod).doesNotHaveDuplicates();
        assertThat(shop.instances())
                .allSatisfy(i ->
                        assertThat(i.ip())
                                .startsWith("127.80.3.")
                                .isNotEqualTo(shop.controlPlane()));
    }

    @Test
    void fourServicesHaveTwoOrThreeInstancesOfOneProtocol() {
        assertThat(shop.of("web")).hasSize(2);
        assertThat(shop.of("catalog")).hasSize(4);
        assertThat(shop.of("cart")).hasSize(3).allMatch(i -> i.kind() == Shop.Kind.GRPC);
        assertThat(shop.of("ledger")).hasSize(2).allMatch(i -> i.kind() == Shop.Kind.TCP);
        assertThat(shop.of("load")).hasSize(1).allMatch(i -> i.kind() == Shop.Kind.CLIENT);
        assertThat(shop.pod("catalog-v2-1").version()).isEqualTo("v2");
    }

    @Test
    void aFreeBlockIsOneOfLoopback() {
        assertThat(Shop.onFreeAddresses().controlPlane())
                .matches("127\\.[0-9]{2,3}\\.[0-9]{1,3}\\.1");
    }

    @Test
    void whatTheDemoWritesPassesValidateWithoutARemark() throws IOException {
        ShopFolder written = new ShopFolder(folder);
        written.write(shop);

        Run run = Run.mesh("validate", folder.toString());

        assertThat(run.out().strip())
                .matches("√ [0-9]{2} objects in [0-9]{2} files: 0 mistakes, 0 remarks");
        assertThat(run.code()).isZero();
    }

    @Test
    void everyEditThatTheWalkMakesPassesValidateToo() throws IOException {
        ShopFolder written = new ShopFolder(folder);
        written.write(shop);
        written.writeSplit(0, 100);
        written.removePolicy("web-to-cart");

        Run without = Run.mesh("validate", folder.toString());
        assertThat(without.out()).startsWith("√").contains("0 mistakes, 0 remarks");
        assertThat(Files.readString(folder.resolve("split.yaml"))).contains("weight: 100");

        written.writePolicy("web-to-cart");
        assertThat(Run.mesh("validate", folder.toString()).out()).startsWith("√");
    }

    @Test
    void nothingButManifestsIsLeftInTheFolder() throws IOException {
        new ShopFolder(folder).write(shop);

        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> others =
                    files.filter(Files::isRegularFile)
                            .filter(f -> !f.toString().endsWith(".yaml"))
                            .toList();
            assertThat(others).isEmpty();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile))
                    .allSatisfy(f -> assertThat(f).content().doesNotContain("${"));
        }
    }
}

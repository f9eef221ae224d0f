package io.peakmesh.e2e.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.grpc.Deadline;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.peakmesh");

    @Test
    void importsRunOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.peakmesh..")
                .layer("mesh-model")
                .definedBy("io.peakmesh.model..")
                .layer("smi-controller")
                .definedBy("io.peakmesh.smi..")
                .layer("kube")
                .definedBy("io.peakmesh.kube..")
                .layer("identity-ca")
                .definedBy("io.peakmesh.identity..")
                .layer("proxy-injector")
                .definedBy("io.peakmesh.injector..")
                .layer("xds-translator")
                .definedBy("io.peakmesh.xds.translator..")
                .layer("xds-server")
                .definedBy("io.peakmesh.xds.server..")
                .layer("peak-ewma")
                .definedBy("io.peakmesh.peakewma..")
                .layer("cli")
                .definedBy("io.peakmesh.cli..")
                .whereLayer("mesh-model")
                .mayNotAccessAnyLayer()
                .whereLayer("smi-controller")
                .mayOnlyAccessLayers("mesh-model")
                .whereLayer("identity-ca")
                .mayOnlyAccessLayers("mesh-model")
                .whereLayer("kube")
                .mayOnlyAccessLayers("mesh-model", "smi-controller", "identity-ca")
                .whereLayer("proxy-injector")
                .mayOnlyAccessLayers("mesh-model", "xds-translator")
                .whereLayer("xds-translator")
                .mayOnlyAccessLayers("mesh-model")
                .whereLayer("xds-server")
                .mayOnlyAccessLayers("mesh-model", "xds-translator")
                .whereLayer("peak-ewma")
                .mayNotAccessAnyLayer()
                .whereLayer("peak-ewma")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .check(CLASSES);
    }

    @Test
    void packagesFormNoCircle() {
        slices().matching("io.peakmesh.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheCommandLineLooksAtTheClockOrMakesChance() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.peakmesh.cli..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Math.class, "random")
                .check(CLASSES);
    }

    /** A gRPC client has no command line of ours, so there the policy's door looks for itself. */
    @Test
    void onlyTheDoorOfTheGrpcPolicyAsksGrpcForTheTimeAndTheThreadForChance() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.peakmesh.cli..", "io.peakmesh.peakewma.grpc..")
                .should()
                .callMethod(Deadline.class, "getSystemTicker")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(ThreadLocalRandom.class)
                .check(CLASSES);
    }

    @Test
    void theAlgorithmIsPure() {
        noClasses()
                .that()
                .resideInAPackage("io.peakmesh.peakewma")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "io.peakmesh.peakewma",
                        "java.lang..",
                        "java.util",
                        "java.util.function",
                        "java.util.random",
                        "java.util.stream",
                        "org.jspecify..")
                .check(CLASSES);
    }

    /** It decides in the clients of others, so it brings nothing with it but what gRPC brings. */
    @Test
    void thePolicyKnowsNoLibraryButGrpc() {
        noClasses()
                .that()
                .resideInAPackage("io.peakmesh.peakewma..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "io.peakmesh.peakewma..", "java..", "org.jspecify..", "io.grpc..")
                .check(CLASSES);
    }

    @Test
    void theModelKnowsNoLibrary() {
        noClasses()
                .that()
                .resideInAPackage("io.peakmesh.model..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("io.peakmesh.model..", "java..", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void theTranslatorIsPure() {
        noClasses()
                .that()
                .resideInAPackage("io.peakmesh.xds.translator..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.grpc..",
                        "org.slf4j..",
                        "java.net.http..",
                        "java.nio.file..",
                        "java.util.concurrent..",
                        "java.util.random..")
                .check(CLASSES);
    }

    @Test
    void theXdsServerKnowsNeitherKubernetesNorSmiNorCertificates() {
        noClasses()
                .that()
                .resideInAPackage("io.peakmesh.xds.server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bouncycastle..", "io.fabric8..", "io.peakmesh.smi..")
                .check(CLASSES);
    }
}

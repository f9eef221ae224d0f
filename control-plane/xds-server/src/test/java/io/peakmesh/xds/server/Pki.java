package io.peakmesh.xds.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** Self-signed certificates for {@code localhost}, made by the JDK's keytool. */
final class Pki {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path folder;

    Pki(Path folder) {
        this.folder = folder;
    }

    /** A fresh key and certificate under this common name. */
    X509ExtendedKeyManager issue(String commonName) {
        Path store = folder.resolve(commonName + ".p12");
        try {
            Process keytool =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "keytool")
                                            .toString(),
                                    "-genkeypair",
                                    "-keyalg",
                                    "EC",
                                    "-groupname",
                                    "secp256r1",
                                    "-alias",
                                    "x",
                                    "-dname",
                                    "CN=" + commonName,
                                    "-ext",
                                    "san=dns:localhost,ip:127.0.0.1",
                                    "-storetype",
                                    "PKCS12",
                                    "-keystore",
                                    store.toString(),
                                    "-storepass",
                                    new String(PASSWORD))
                            .inheritIO()
                            .start();
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException("keytool failed");
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD);
            }
            KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
            factory.init(keys, PASSWORD);
            return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static X509Certificate certificate(X509ExtendedKeyManager keys) {
        return keys.getCertificateChain("x")[0];
    }

    /** Uses whatever key manager was set last. */
    static final class Switching extends X509ExtendedKeyManager {
        private volatile X509ExtendedKeyManager current;

        Switching(X509ExtendedKeyManager first) {
            current = first;
        }

        X509ExtendedKeyManager current() {
            return current;
        }

        void set(X509ExtendedKeyManager next) {
            current = next;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return current.getClientAliases(type, issuers);
        }

        @Override
        public String chooseClientAlias(String[] type, Principal[] issuers, Socket socket) {
            return current.chooseClientAlias(type, issuers, socket);
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return current.getServerAliases(type, issuers);
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return current.chooseServerAlias(type, issuers, socket);
        }

        @Override
        public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
            return current.chooseEngineServerAlias(type, issuers, engine);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return current.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return current.getPrivateKey(alias);
        }
    }
}

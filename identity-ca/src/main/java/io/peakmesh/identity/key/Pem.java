package io.peakmesh.identity.key;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** Textual encoding of keys and certificates (RFC 7468). */
public final class Pem {
    public static final String CERTIFICATE = "CERTIFICATE";
    public static final String PRIVATE_KEY = "PRIVATE KEY";

    private Pem() {}

    /** One encoded object: its label and its DER bytes. */
    public static final class Block {
        private final String label;
        private final byte[] der;

        private Block(String label, byte[] der) {
            this.label = label;
            this.der = der;
        }

        public String label() {
            return label;
        }

        public byte[] der() {
            return der.clone();
        }

        /** The label only: the bytes may be a key. */
        @Override
        public String toString() {
            return "Block[" + label + "]";
        }
    }

    /** The text form of one object, ending with a line break. */
    public static String write(String label, byte[] der) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(label, der));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** The text form of a certificate. */
    public static String write(X509Certificate certificate) {
        return write(CERTIFICATE, Sha256.encoded(certificate));
    }

    /**
     * All the objects in a text; what stands around them is passed over.
     *
     * @throws IllegalArgumentException if an object is cut short or is no base64; the message holds
     *     nothing of the text
     */
    public static List<Block> read(String text) {
        List<Block> blocks = new ArrayList<>();
        try (PemReader reader = new PemReader(new StringReader(text))) {
            for (PemObject next = reader.readPemObject();
                    next != null;
                    next = reader.readPemObject()) {
                blocks.add(new Block(next.getType(), next.getContent()));
            }
        } catch (IOException | RuntimeException malformed) {
            throw new IllegalArgumentException("not well-formed PEM");
        }
        return List.copyOf(blocks);
    }
}

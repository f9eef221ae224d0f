package io.peakmesh.identity.attest;

import io.peakmesh.identity.key.P256;
import io.peakmesh.identity.key.Pem;
import io.peakmesh.identity.key.Sha256;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.NumberedFiles;
import io.peakmesh.identity.state.StateFolder;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The keys that sign tokens, newest first: the first one signs, all of them verify. */
record TokenKeys(List<TokenKey> keys) {
    /** One to sign with, and the one before it for the tokens that are still about. */
    static final int MAX_KEYS = 2;

    /** A key and its name in a token's header, which is a digest of its public half. */
    record TokenKey(String id, KeyPair pair) {
        static TokenKey of(KeyPair pair) {
            byte[] digest = Sha256.of(pair.getPublic().getEncoded());
            return new TokenKey(
                    Base64.getUrlEncoder().withoutPadding().encodeToString(digest), pair);
        }

        @Override
        public String toString() {
            return "TokenKey[" + id + "]";
        }
    }

    TokenKeys {
        keys = List.copyOf(keys);
    }

    private static NumberedFiles files(StateFolder folder) {
        return new NumberedFiles(folder, "token-key-", ".pem");
    }

    /** The keys in the folder, the first one made now if there is none. */
    static TokenKeys open(StateFolder folder, SecureRandom random) {
        if (files(folder).newest() == 0) {
            add(folder, 1, random);
        }
        return read(folder);
    }

    /** Puts a new key first; the one before it stays, older ones go. */
    static TokenKeys rotate(StateFolder folder, SecureRandom random) {
        NumberedFiles files = files(folder);
        add(folder, files.newest() + 1, random);
        List<Integer> numbers = files.numbers();
        numbers.stream()
                .limit(Math.max(0, numbers.size() - MAX_KEYS))
                .forEach(number -> folder.delete(files.name(number)));
        return read(folder);
    }

    static TokenKeys read(StateFolder folder) {
        NumberedFiles files = files(folder);
        List<TokenKey> keys = new ArrayList<>();
        for (int number : files.numbers().reversed()) {
            if (keys.size() < MAX_KEYS) {
                String name = files.name(number);
                // Another process may have rotated it away since the listing.
                folder.read(name).ifPresent(text -> keys.add(parse(folder, name, text)));
            }
        }
        if (keys.isEmpty()) {
            throw IdentityException.refused(folder.path(), "its token keys were taken away");
        }
        return new TokenKeys(keys);
    }

    private static void add(StateFolder folder, int number, SecureRandom random) {
        KeyPair pair = P256.generate(random);
        folder.publish(
                files(folder).name(number),
                Pem.write(Pem.PRIVATE_KEY, pair.getPrivate().getEncoded()));
    }

    private static TokenKey parse(StateFolder folder, String name, String text) {
        try {
            List<Pem.Block> blocks = Pem.read(text);
            if (blocks.size() != 1 || !blocks.getFirst().label().equals(Pem.PRIVATE_KEY)) {
                throw new IllegalArgumentException("want one PRIVATE KEY and nothing else");
            }
            return TokenKey.of(P256.fromPkcs8(blocks.getFirst().der()));
        } catch (IllegalArgumentException e) {
            throw IdentityException.refused(
                    folder.path().resolve(name), String.valueOf(e.getMessage()));
        }
    }

    TokenKey signing() {
        return keys.getFirst();
    }

    Optional<TokenKey> find(String id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }
}

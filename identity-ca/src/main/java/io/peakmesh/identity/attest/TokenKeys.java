package io.peakmesh.identity.attest;

import io.peakmesh.identity.key.P256;
import io.peakmesh.identity.key.Pem;
import io.peakmesh.identity.key.Sha256;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.NumberedFiles;
import io.peakmesh.identity.state.State;
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

    /** How often all listed keys may be rotated away before they are read. */
    private static final int LOOKS = 3;

    private static NumberedFiles files(State state) {
        return new NumberedFiles(state, "token-key-", ".pem");
    }

    /** The keys in the state, the first one made now if there is none. */
    static TokenKeys open(State state, SecureRandom random) {
        if (files(state).newest() == 0) {
            files(state).publishAfter(0, fresh(random));
        }
        return read(state);
    }

    /** Puts a new key first; the one before it stays, older ones go. */
    static TokenKeys rotate(State state, SecureRandom random) {
        NumberedFiles files = files(state);
        files.publishAfter(files.newest(), fresh(random));
        List<Integer> numbers = files.numbers();
        numbers.stream()
                .limit(Math.max(0, numbers.size() - MAX_KEYS))
                .forEach(number -> state.delete(files.name(number)));
        return read(state);
    }

    static TokenKeys read(State state) {
        for (int look = 0; look < LOOKS; look++) {
            List<TokenKey> keys = listed(state);
            if (!keys.isEmpty()) {
                return new TokenKeys(keys);
            }
        }
        throw IdentityException.refused(state.place(), "its token keys were taken away");
    }

    private static List<TokenKey> listed(State state) {
        NumberedFiles files = files(state);
        List<TokenKey> keys = new ArrayList<>();
        for (int number : files.numbers().reversed()) {
            if (keys.size() < MAX_KEYS) {
                String name = files.name(number);
                // Another process may have rotated it away since the listing.
                state.read(name).ifPresent(text -> keys.add(parse(state, name, text)));
            }
        }
        return keys;
    }

    private static String fresh(SecureRandom random) {
        return Pem.write(Pem.PRIVATE_KEY, P256.generate(random).getPrivate().getEncoded());
    }

    private static TokenKey parse(State state, String name, String text) {
        try {
            List<Pem.Block> blocks = Pem.read(text);
            if (blocks.size() != 1 || !blocks.getFirst().label().equals(Pem.PRIVATE_KEY)) {
                throw new IllegalArgumentException("want one PRIVATE KEY and nothing else");
            }
            return TokenKey.of(P256.fromPkcs8(blocks.getFirst().der()));
        } catch (IllegalArgumentException e) {
            throw IdentityException.refused(state, name, String.valueOf(e.getMessage()));
        }
    }

    TokenKey signing() {
        return keys.getFirst();
    }

    Optional<TokenKey> find(String id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }
}

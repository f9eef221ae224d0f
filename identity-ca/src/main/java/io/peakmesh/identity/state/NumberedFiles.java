package io.peakmesh.identity.state;

import java.util.List;
import java.util.Locale;

/**
 * Entries of one kind that follow each other: {@code <prefix>00000001<suffix>} and so on. The next
 * number can be taken once only, whatever number of processes try.
 */
public record NumberedFiles(State state, String prefix, String suffix) {
    private static final int DIGITS = 8;

    /** Numbers in use, ascending; entries whose names do not fit the form are none of ours. */
    public List<Integer> numbers() {
        return state.names(prefix).stream()
                .filter(name ->
                        name.length() == prefix.length() + DIGITS + suffix.length()
                                && name.endsWith(suffix))
                .map(name -> name.substring(prefix.length(), prefix.length() + DIGITS))
                .filter(digits -> digits.chars().allMatch(c -> c >= '0' && c <= '9'))
                .map(Integer::valueOf)
                .toList();
    }

    /** The highest number in use, 0 if none is. */
    public int newest() {
        List<Integer> numbers = numbers();
        return numbers.isEmpty() ? 0 : numbers.getLast();
    }

    public String name(int number) {
        return prefix + String.format(Locale.ROOT, "%0" + DIGITS + "d", number) + suffix;
    }

    /**
     * Makes the entry that follows {@code last}, which the caller found to be the newest. Another
     * process may make it first, or the store may fail to say whether it is there: whichever one is
     * there then is the one.
     *
     * @return its number
     * @throws IdentityException if there is none, as far as can be found out
     */
    public int publishAfter(int last, String content) {
        publishOrFind(state, name(last + 1), content);
        return last + 1;
    }

    /** As {@link #publishAfter} for an entry of any name. */
    public static void publishOrFind(State state, String name, String content) {
        try {
            state.publish(name, content);
        } catch (IdentityException e) {
            if (state.read(name).isEmpty()) {
                throw e;
            }
        }
    }
}

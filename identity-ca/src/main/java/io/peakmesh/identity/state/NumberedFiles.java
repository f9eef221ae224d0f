package io.peakmesh.identity.state;

import java.util.List;
import java.util.Locale;

/**
 * Files of one kind that follow each other: {@code <prefix>00000001<suffix>} and so on. The next
 * number can be taken once only, whatever number of processes try.
 */
public record NumberedFiles(StateFolder folder, String prefix, String suffix) {
    private static final int DIGITS = 8;

    /** Numbers in use, ascending; files whose names do not fit the form are none of ours. */
    public List<Integer> numbers() {
        return folder.names(prefix).stream()
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
}

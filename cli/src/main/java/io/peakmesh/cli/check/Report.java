package io.peakmesh.cli.check;

import io.peakmesh.cli.terminal.CliException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What all checks found, in the form that Linkerd's {@code check} gave its users. */
record Report(List<OfCategory> categories) {
    Report {
        categories = List.copyOf(categories);
    }

    /** One category's answers; shorter than its checks where a decisive one failed. */
    record OfCategory(String name, List<Answer> answers) {
        OfCategory {
            answers = List.copyOf(answers);
        }
    }

    /** One check and what it found. */
    record Answer(Check check, Finding finding) {}

    /** Asks every check in order, but those that one before them stops by failing. */
    static Report of(List<Category> categories) {
        List<OfCategory> asked = new ArrayList<>();
        Check.Stops stopped = Check.Stops.NOTHING;
        for (int i = 0; i < categories.size() && stopped != Check.Stops.EVERYTHING; i++) {
            List<Answer> answers = new ArrayList<>();
            List<Check> checks = categories.get(i).checks();
            stopped = Check.Stops.NOTHING;
            for (int j = 0; j < checks.size() && stopped == Check.Stops.NOTHING; j++) {
                Answer answer = ask(checks.get(j));
                answers.add(answer);
                if (answer.finding() instanceof Finding.Failure) {
                    stopped = checks.get(j).stops();
                }
            }
            if (!answers.isEmpty()) {
                asked.add(new OfCategory(categories.get(i).name(), answers));
            }
        }
        return new Report(asked);
    }

    private static Answer ask(Check check) {
        try {
            return new Answer(check, check.probe().look());
        } catch (CliException cannotAsk) {
            return new Answer(check, failure("" + cannotAsk.getMessage()));
        }
    }

    /** The messages of this house say what is wrong, then after a semicolon what to do. */
    private static Finding failure(String message) {
        int end = message.indexOf("; ");
        return end < 0
                ? new Finding.Failure(message, "")
                : new Finding.Failure(message.substring(0, end), message.substring(end + 2));
    }

    /** Whether no check failed; warnings do not count. */
    boolean success() {
        return answers().stream().noneMatch(a -> a.finding() instanceof Finding.Failure);
    }

    /** Whether something is wrong that may come right by itself. */
    boolean worthWaiting() {
        return answers().stream()
                .anyMatch(a -> a.check().awaited() && !(a.finding() instanceof Finding.Good));
    }

    private List<Answer> answers() {
        return categories.stream().flatMap(c -> c.answers().stream()).toList();
    }

    /** The lines for people: all checks, or only those that are not well. */
    List<String> lines(boolean all) {
        List<String> lines = new ArrayList<>();
        for (OfCategory category : categories) {
            List<String> shown = new ArrayList<>();
            for (Answer answer : category.answers()) {
                if (all || !(answer.finding() instanceof Finding.Good)) {
                    shown.addAll(lines(answer));
                }
            }
            if (!shown.isEmpty()) {
                lines.add(category.name());
                lines.add("-".repeat(category.name().length()));
                lines.addAll(shown);
                lines.add("");
            }
        }
        lines.add("Status check results are " + (success() ? "√" : "×"));
        return lines;
    }

    private static List<String> lines(Answer answer) {
        String description = answer.check().description();
        return switch (answer.finding()) {
            case Finding.Good(String detail) ->
                    List.of("√ " + description + (detail.isEmpty() ? "" : " (" + detail + ")"));
            case Finding.Warning(String what, String next) -> lines("‼ " + description, what, next);
            case Finding.Failure(String what, String next) -> lines("× " + description, what, next);
        };
    }

    private static List<String> lines(String head, String what, String next) {
        List<String> lines = new ArrayList<>();
        lines.add(head);
        what.lines().forEach(line -> lines.add("    " + line));
        if (!next.isEmpty()) {
            lines.add("    next: " + next);
        }
        return lines;
    }

    /** The names and words of Linkerd's JSON, so that programs which read that can read this. */
    Map<String, Object> json() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (OfCategory category : categories) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("categoryName", category.name());
            row.put("checks", category.answers().stream().map(Report::json).toList());
            all.add(row);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("success", success());
        json.put("categories", all);
        return json;
    }

    private static Map<String, Object> json(Answer answer) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("description", answer.check().description());
        switch (answer.finding()) {
            case Finding.Good good -> row.put("result", "success");
            case Finding.Warning(String what, String next) -> wrong(row, "warning", what, next);
            case Finding.Failure(String what, String next) -> wrong(row, "error", what, next);
        }
        return row;
    }

    private static void wrong(Map<String, Object> row, String result, String what, String next) {
        row.put("hint", next);
        row.put("error", what);
        row.put("result", result);
    }
}

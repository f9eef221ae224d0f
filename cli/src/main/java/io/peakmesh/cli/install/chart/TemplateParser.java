package io.peakmesh.cli.install.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a template: text, {@code if}/{@code else if}/{@code else}, {@code range}, {@code define},
 * comments and what is printed. {@code {{-} and {@code -}}} take the white space beside them away.
 */
final class TemplateParser {
    private static final Pattern ACTION =
            Pattern.compile(
                    "\\{\\{(-(?=\\s))?((?:[^\"}]|\"(?:[^\"\\\\]|\\\\.)*\"|\\}(?!\\}))*?)(\\s-)?\\}\\}");

    /** Text, or what stands in one pair of braces. */
    private record Token(boolean action, String text) {}

    private final List<Token> tokens = new ArrayList<>();
    private int next;

    private TemplateParser(String text) {
        Matcher action = ACTION.matcher(text);
        int at = 0;
        boolean trim = false;
        while (action.find(at)) {
            String before = text.substring(at, action.start());
            before = trim ? before.stripLeading() : before;
            before = action.group(1) == null ? before : before.stripTrailing();
            tokens.add(new Token(false, before));
            tokens.add(new Token(true, action.group(2).strip()));
            trim = action.group(3) != null;
            at = action.end();
        }
        String rest = text.substring(at);
        if (rest.contains("{{")) {
            throw new TemplateException("braces are not closed");
        }
        tokens.add(new Token(false, trim ? rest.stripLeading() : rest));
    }

    static List<Piece> parse(String text) {
        TemplateParser parser = new TemplateParser(text);
        List<Piece> all = parser.pieces();
        if (parser.next < parser.tokens.size()) {
            throw new TemplateException("nothing is open at " + parser.peek());
        }
        return all;
    }

    /** Until an {@code end} or {@code else}, which is left, or the end of the text. */
    private List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        while (next < tokens.size() && !peek().equals("end") && !peek().startsWith("else")) {
            Token token = tokens.get(next++);
            if (!token.action()) {
                pieces.add(new Piece.Text(token.text()));
            } else if (!token.text().startsWith("/*")) {
                pieces.add(action(token.text()));
            }
        }
        return pieces;
    }

    private Piece action(String text) {
        int space = text.indexOf(' ');
        String word = space < 0 ? text : text.substring(0, space);
        String rest = space < 0 ? "" : text.substring(space + 1);
        return switch (word) {
            case "if" -> closed(text, choice(rest));
            case "range" -> closed(text, new Piece.Each(ExpressionParser.parse(rest), pieces()));
            case "define" -> closed(text, new Piece.Named(rest.replace("\"", ""), pieces()));
            default -> new Piece.Print(ExpressionParser.parse(text));
        };
    }

    private Piece choice(String condition) {
        Expression expression = ExpressionParser.parse(condition);
        List<Piece> then = pieces();
        List<Piece> otherwise = List.of();
        if (peek().equals("else")) {
            next++;
            otherwise = pieces();
        } else if (peek().startsWith("else if ")) {
            String nested = peek().substring("else if ".length());
            next++;
            otherwise = List.of(choice(nested));
        }
        return new Piece.Choice(expression, then, otherwise);
    }

    private Piece closed(String opened, Piece piece) {
        if (!peek().equals("end")) {
            throw new TemplateException("not closed: " + opened);
        }
        next++;
        return piece;
    }

    /** The action that comes next; empty if text does. */
    private String peek() {
        return next < tokens.size() && tokens.get(next).action() ? tokens.get(next).text() : "";
    }
}

package io.peakmesh.cli.install.chart;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one pipeline: commands, fields, texts, whole numbers and parentheses. */
final class ExpressionParser {
    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|-?[0-9]+|(?:\\.[A-Za-z][A-Za-z0-9]*)+|\\.|[A-Za-z][A-Za-z0-9]*|[()|])");

    private final List<String> tokens = new ArrayList<>();
    private int next;

    private ExpressionParser(String text) {
        Matcher token = TOKEN.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!token.find(at) || token.start() != at) {
                throw new TemplateException("not understood: " + text.substring(at));
            }
            tokens.add(token.group(1));
            at = token.end();
        }
    }

    static Expression parse(String text) {
        ExpressionParser parser = new ExpressionParser(text.strip());
        Expression whole = parser.pipeline();
        if (parser.next < parser.tokens.size()) {
            throw new TemplateException("too much: " + text);
        }
        return whole;
    }

    private Expression pipeline() {
        Expression value = command(List.of());
        while (peek().equals("|")) {
            next++;
            value = command(List.of(value));
        }
        return value;
    }

    private Expression command(List<Expression> piped) {
        String first = peek();
        if (first.isEmpty() || !Character.isLetter(first.charAt(0))) {
            if (!piped.isEmpty()) {
                throw new TemplateException("no function after |: " + first);
            }
            return operand();
        }
        next++;
        List<Expression> arguments = new ArrayList<>();
        while (!peek().isEmpty() && !peek().equals("|") && !peek().equals(")")) {
            arguments.add(operand());
        }
        arguments.addAll(piped);
        return new Expression.Call(first, arguments);
    }

    private Expression operand() {
        String token = peek();
        if (token.isEmpty()) {
            throw new TemplateException("something is missing at the end");
        }
        next++;
        char first = token.charAt(0);
        if (first == '(') {
            Expression inner = pipeline();
            if (!peek().equals(")")) {
                throw new TemplateException("a parenthesis is not closed");
            }
            next++;
            return inner;
        }
        if (first == '"') {
            return new Expression.Literal(
                    TextNode.valueOf(
                            token.substring(1, token.length() - 1).replaceAll("\\\\(.)", "$1")));
        }
        if (first == '.') {
            return new Expression.Field(
                    token.equals(".") ? List.of() : List.of(token.substring(1).split("\\.", -1)));
        }
        if (first == '-' || Character.isDigit(first)) {
            return new Expression.Literal(IntNode.valueOf(Integer.parseInt(token)));
        }
        throw new TemplateException("not a value: " + token);
    }

    private String peek() {
        return next < tokens.size() ? tokens.get(next) : "";
    }
}

package dev.spangate.mcp;

import java.util.regex.Pattern;

/// Tells whether a URI can come from an RFC 6570 template: what a resource template may produce.
final class UriTemplate {
    private static final int MAX_LENGTH = 8192;
    private static final Pattern EXPRESSION = Pattern.compile("\\{([+#./;?&]?)([^{}]*)\\}");

    private final Pattern pattern;

    private UriTemplate(Pattern pattern) {
        this.pattern = pattern;
    }

    static UriTemplate of(String template) {
        var regex = new StringBuilder();
        var expressions = EXPRESSION.matcher(template);
        int end = 0;
        while (expressions.find()) {
            regex.append(Pattern.quote(template.substring(end, expressions.start())));
            regex.append(value(expressions.group(1), expressions.group(2)));
            end = expressions.end();
        }
        regex.append(Pattern.quote(template.substring(end)));
        return new UriTemplate(Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    boolean matches(String uri) {
        return uri.length() <= MAX_LENGTH && pattern.matcher(uri).matches();
    }

    private static String value(String operator, String names) {
        return switch (operator) {
            case "+", "#" -> ".*";
            case "/" -> "(?:/[^?#]*)?";
            case "?" -> "(?:\\?[^#]*)?";
            case "&" -> "(?:&[^#]*)?";
            default -> names.endsWith("*") ? "[^?#]*" : "[^/?#]*";
        };
    }
}

package dev.spangate.benchmarks.linking;

/// How a client re-serialises the arguments that its model wrote.
///
/// A set of arguments is a number: equal numbers are equal arguments however they are written.
enum ArgumentStyle {
    SAME,
    KEY_ORDER,
    /// JavaScript: `2.0` becomes `2`.
    NUMBERS,
    NULLS,
    DEFAULTS,
    ESCAPES,
    /// The client edits them: nothing but a result can tell.
    CHANGED;

    static String model(int set) {
        return "{\"target\":\"item-%d\",\"amount\":%d.0}".formatted(set, set + 2);
    }

    String client(int set) {
        int amount = set + 2;
        return switch (this) {
            case SAME -> model(set);
            case KEY_ORDER -> "{\"amount\":%d.0,\"target\":\"item-%d\"}".formatted(amount, set);
            case NUMBERS -> "{\"target\":\"item-%d\",\"amount\":%d}".formatted(set, amount);
            case NULLS ->
                    "{\"target\":\"item-%d\",\"amount\":%d.0,\"note\":null}".formatted(set, amount);
            case DEFAULTS ->
                    "{\"target\":\"item-%d\",\"units\":\"metric\",\"amount\":%de0}"
                            .formatted(set, amount);
            case ESCAPES ->
                    "{ \"target\" : \"\\u0069tem\\u002d%d\",\n \"amount\" : %d.00 }"
                            .formatted(set, amount);
            case CHANGED -> "{\"target\":\"/srv/item-%d\",\"amount\":%d}".formatted(set, amount);
        };
    }

    /// How the call stands in the client's own history; some clients keep the model's text.
    String history(int set) {
        return switch (this) {
            case KEY_ORDER, NUMBERS, ESCAPES -> client(set);
            case SAME, NULLS, DEFAULTS, CHANGED -> model(set);
        };
    }

    boolean equalArguments() {
        return this != CHANGED;
    }
}

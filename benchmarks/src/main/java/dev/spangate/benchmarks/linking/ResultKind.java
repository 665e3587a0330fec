package dev.spangate.benchmarks.linking;

/// What tools answer.
enum ResultKind {
    /// Long text that no other execution ever gives; the difference stands in its first line.
    UNIQUE,
    /// The same, with structured content beside the text.
    STRUCTURED,
    /// Two text parts, the second unique.
    PARTS,
    /// Unique, but under 16 characters.
    SHORT,
    /// Always the same two letters.
    OK,
    /// A function of the arguments: equal arguments give equal text.
    BY_ARGUMENTS;

    Result result(Tool tool, int set, int ordinal) {
        String unique =
                "Report %05x for item-%d of %s: value %d."
                        .formatted(ordinal * 7919L + 4097, set, tool.name(), ordinal % 97);
        String more = "\nTaken from the second shelf, nothing else was found there.";
        return switch (this) {
            case UNIQUE -> Result.of(unique + more);
            case STRUCTURED ->
                    new Result(
                            java.util.List.of(unique),
                            "{\"report\":\"%05x\",\"target\":\"item-%d\",\"value\":%d.0}"
                                    .formatted(ordinal * 7919L + 4097, set, ordinal % 97));
            case PARTS -> new Result(java.util.List.of("Two parts follow.", unique + more), "");
            case SHORT -> Result.of("n=" + ordinal);
            case OK -> Result.of("ok");
            case BY_ARGUMENTS ->
                    Result.of(
                            "Item-%d of %s is on shelf %d.".formatted(set, tool.name(), set * 3)
                                    + more);
        };
    }

    /// Its text tells the execution apart from every other (and is long enough to count).
    boolean unique() {
        return this == UNIQUE || this == STRUCTURED || this == PARTS;
    }
}

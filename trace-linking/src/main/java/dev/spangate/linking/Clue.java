package dev.spangate.linking;

/// One piece of evidence for or against a call (rules L1 to L8), in words for people.
enum Clue {
    NAMED(true, "the execution names its id"),
    EQUAL_ARGUMENTS(true, "equal arguments"),
    SAME_SESSION(true, "the same session or thread"),
    SAME_TRACE(true, "the same trace"),
    ECHO_PROVES(true, "the result that was echoed for it is this execution's"),
    ECHO_HOLDS(true, "the result that was echoed for it holds this execution's text"),

    OTHER_NAMED(false, "the execution names another call id"),
    WITHOUT_ID(false, "it has no id, the execution names one"),
    WEAK_ID(
            false,
            "its id does not look random or was issued more than once, so it proves nothing alone"),
    OTHER_TOOL(false, "its name does not mean this tool"),
    SEVERAL_SERVERS(false, "its name means tools of several servers"),
    OTHER_ARGUMENTS(false, "other arguments"),
    OTHER_SESSION(false, "another session or thread"),
    OTHER_TRACE(false, "another trace"),
    CLOSED_BEFORE(false, "closed before the execution began: result echoed, or run ended"),
    TOO_OLD(false, "issued longer ago than linking.window"),
    CROWDED(false, "more executions fit it than are remembered"),
    RIVALS(false, "other executions fit it as well"),
    TAKEN(false, "linked to another execution"),
    UNECHOED(false, "its result has not been echoed to a model"),
    CLOSED_UNECHOED(false, "closed without an echoed result"),
    ECHO_DIFFERS(false, "the result that was echoed for it is no execution's text"),
    ECHO_OF_SEVERAL(false, "no single execution is left that gave the text echoed for it"),
    ECHO_SEEN_BEFORE(
            false, "the tool had given the echoed text to these arguments before it was issued"),
    ECHO_OF_STRAY(false, "an execution with other arguments gave the echoed text as well"),
    ECHO_UNSURE(false, "something may be missing before its echo: an answer that was not read");

    private final boolean speaksFor;
    private final String words;

    Clue(boolean speaksFor, String words) {
        this.speaksFor = speaksFor;
        this.words = words;
    }

    boolean speaksFor() {
        return speaksFor;
    }

    String words() {
        return words;
    }
}

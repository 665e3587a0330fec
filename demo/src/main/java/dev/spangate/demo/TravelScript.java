package dev.spangate.demo;

import java.util.Map;

/// The model of the demo's travel agent: two user turns, six tool executions, one of which fails.
final class TravelScript implements ModelScript {
    static final String FIRST_TURN =
            "What will the weather be in Paris and in Rome tomorrow, and do I have time to travel?"
                    + " Mail the answer to bob and write it down.";
    static final String SECOND_TURN = "Thanks! And what about Oslo?";

    @Override
    public Reply reply(Conversation conversation) {
        return conversation.lastUserText().contains("Oslo")
                ? second(conversation)
                : first(conversation);
    }

    private static Reply first(Conversation conversation) {
        return switch (conversation.step()) {
            case 0 ->
                    Reply.calls(
                            Reply.wish("forecast", Map.of("city", "Paris")),
                            Reply.wish("forecast", Map.of("city", "Rome")),
                            Reply.wish("read_calendar", Map.of("day", "tomorrow")));
            case 1 ->
                    Reply.calls(
                            Reply.wish(
                                    "send_mail", Map.of("to", "bob", "text", plan(conversation))),
                            Reply.wish("add_note", Map.of("text", plan(conversation))));
            default ->
                    Reply.text(
                            plan(conversation)
                                    + " You are free between the stand-up and 18:00. I wrote it"
                                    + " down; the mail to bob could not be sent: "
                                    + String.join("; ", conversation.answersOf("send_mail"))
                                    + ".");
        };
    }

    private static Reply second(Conversation conversation) {
        return conversation.step() == 0
                ? Reply.calls(Reply.wish("forecast", Map.of("city", "Oslo")))
                : Reply.text(
                        "Oslo: "
                                + String.join("; ", conversation.answersOf("forecast"))
                                + ". Take a coat.");
    }

    private static String plan(Conversation conversation) {
        var forecasts = conversation.answersOf("forecast");
        return forecasts.size() < 2
                ? "No forecast came back."
                : "Paris: " + forecasts.get(0) + ". Rome: " + forecasts.get(1) + ".";
    }
}

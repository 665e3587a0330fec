package dev.spangate.demo;

import dev.spangate.demo.SampleTool.ToolOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/// The tools of the demo: what the two MCP servers offer and what the agent does itself.
final class SampleTools {
    private static final Map<String, String> FORECASTS =
            Map.of(
                    "Paris", "18 C, clear, light wind from the west",
                    "Rome", "25 C, sunny, no wind",
                    "Oslo", "4 C, rain turning to snow in the evening");

    private SampleTools() {}

    /// The HTTP server's tools; `delay` is how long a forecast takes.
    static List<SampleTool> weather(Duration delay) {
        return List.of(
                new SampleTool(
                        "forecast",
                        "Tomorrow's weather in a city.",
                        Map.of("city", "name of the city"),
                        arguments -> {
                            LockSupport.parkNanos(delay.toNanos());
                            return forecast(String.valueOf(arguments.get("city")));
                        }),
                new SampleTool(
                        "cities",
                        "The cities whose weather is known.",
                        Map.of(),
                        arguments -> ToolOutcome.ok("Oslo, Paris, Rome")));
    }

    /// The stdio server's tools: a mailbox that is full and notes that live as long as it does.
    static List<SampleTool> office() {
        var notes = new CopyOnWriteArrayList<String>();
        return List.of(
                new SampleTool(
                        "send_mail",
                        "Sends a mail.",
                        Map.of("to", "who gets it", "text", "what it says"),
                        arguments ->
                                ToolOutcome.failed(
                                        "mailbox full: cannot deliver to " + arguments.get("to"))),
                new SampleTool(
                        "add_note",
                        "Writes a note down.",
                        Map.of("text", "the note"),
                        arguments -> {
                            notes.add(String.valueOf(arguments.get("text")));
                            return ToolOutcome.ok("noted as number " + notes.size());
                        }),
                new SampleTool(
                        "list_notes",
                        "All notes so far.",
                        Map.of(),
                        arguments -> ToolOutcome.ok(String.join("\n", notes))));
    }

    /// What the agent runs itself, without any MCP server.
    static List<SampleTool> local() {
        return List.of(
                new SampleTool(
                        "read_calendar",
                        "The user's appointments of a day.",
                        Map.of("day", "today, tomorrow or a date"),
                        arguments -> {
                            LockSupport.parkNanos(Duration.ofMillis(15).toNanos());
                            return ToolOutcome.ok("09:00 stand-up; 18:00 train to the airport");
                        }));
    }

    private static ToolOutcome forecast(String city) {
        String forecast = FORECASTS.get(city);
        return forecast == null
                ? ToolOutcome.failed("no forecast for " + city)
                : ToolOutcome.ok(forecast);
    }
}

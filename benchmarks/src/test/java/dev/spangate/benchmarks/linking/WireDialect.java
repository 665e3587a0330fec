package dev.spangate.benchmarks.linking;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// How a simulated client and its provider write a dialect, byte by byte, without any code of the
/// gateway: requests from messages, answers call by call.
abstract class WireDialect {
    /// A call with the result that the provider has for it, null where the client executes it.
    record Called(ToolCall call, ToolResult result) {}

    /// An answer as far as it is known at its end.
    ///
    /// @param id of the response
    /// @param paused it is to be continued
    record Whole(String id, String text, List<Called> calls, boolean paused) {}

    /// What the provider's native path is below the gateway.
    abstract String path(boolean stream);

    /// A request's body.
    ///
    /// @param previous id of the response that it continues, or null
    abstract String request(String model, List<Message> messages, String previous, boolean stream);

    String contentType(boolean stream) {
        return stream ? "text/event-stream" : "application/json";
    }

    /// What comes before everything in a stream.
    abstract byte[] begin(String id);

    /// One whole call in a stream.
    ///
    /// @param position how many calls came before
    abstract byte[] call(int position, Called called);

    /// The rest of a stream.
    abstract byte[] end(Whole answer);

    /// The whole answer, unstreamed.
    abstract String whole(Whole answer);

    /// What a client finds in the stream once it has these arguments.
    String mark(String arguments) {
        String quoted = Result.quote(arguments);
        return quoted.substring(1, quoted.length() - 1);
    }

    /// How often a stream says a call's arguments before its end.
    int repeats() {
        return 1;
    }

    /// Providers of this dialect execute tools themselves, and say so.
    boolean providerTools() {
        return false;
    }

    /// Answers may be paused.
    boolean pauses() {
        return false;
    }

    /// Requests may continue a response by its id.
    boolean responseIds() {
        return false;
    }

    /// Calls may lack an id.
    boolean worksWithoutIds() {
        return false;
    }

    static String quote(String text) {
        return Result.quote(text);
    }

    /// `"key":"text",` or nothing.
    static String member(String key, String text) {
        return text == null ? "" : quote(key) + ":" + quote(text) + ",";
    }

    static String array(List<String> items) {
        return items.stream().collect(Collectors.joining(",", "[", "]"));
    }

    /// Calls that the client is to execute.
    static List<ToolCall> own(Message message) {
        return message.calls().stream().filter(call -> !call.byProvider()).toList();
    }

    /// The name of the call that a result answers, where the dialect wants one beside the id.
    static String nameOf(ToolResult result, List<Message> messages) {
        if (result.name() != null) {
            return result.name();
        }
        String name = "forgotten";
        for (var message : messages) {
            for (var call : message.calls()) {
                name = call.id() != null && call.id().equals(result.callId()) ? call.name() : name;
            }
        }
        return name;
    }

    /// Messages in which results that follow each other stand together, as some dialects want it.
    static List<Message> merged(List<Message> messages) {
        var merged = new ArrayList<Message>();
        for (var message : messages) {
            var last = merged.isEmpty() ? null : merged.getLast();
            boolean together =
                    last != null && last.role() == Role.TOOL && message.role() == Role.TOOL;
            if (together) {
                var results = new ArrayList<>(last.results());
                results.addAll(message.results());
                merged.set(
                        merged.size() - 1,
                        new Message(Role.TOOL, List.of(), List.of(), results, ""));
            } else {
                merged.add(message);
            }
        }
        return merged;
    }

    static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}

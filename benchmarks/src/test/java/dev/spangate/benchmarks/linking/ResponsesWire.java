package dev.spangate.benchmarks.linking;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import java.util.List;

/// OpenAI Responses.
final class ResponsesWire extends WireDialect {
    @Override
    String path(boolean stream) {
        return "/openai/v1/responses";
    }

    /// In pieces, and once more with the whole item.
    @Override
    int repeats() {
        return 2;
    }

    @Override
    boolean responseIds() {
        return true;
    }

    @Override
    boolean providerTools() {
        return true;
    }

    @Override
    String request(String model, List<Message> messages, String previous, boolean stream) {
        var items = new ArrayList<String>();
        for (var message : messages) {
            message.results().forEach(result -> items.add(result(result)));
            if (!message.texts().isEmpty()) {
                items.add(message(message));
            }
            message.calls().forEach(call -> items.add(item(new Called(call, null))));
        }
        return "{\"model\":%s,\"stream\":%s,%s\"input\":%s}"
                .formatted(
                        quote(model),
                        stream,
                        member("previous_response_id", previous),
                        array(items));
    }

    private static String message(Message message) {
        String role =
                switch (message.role()) {
                    case SYSTEM -> "system";
                    case ASSISTANT -> "assistant";
                    case USER, TOOL -> "user";
                };
        String type = message.role() == Role.ASSISTANT ? "output_text" : "input_text";
        return "{\"type\":\"message\",\"role\":\"%s\",\"content\":[{\"type\":\"%s\",\"text\":%s}]}"
                .formatted(role, type, quote(message.text()));
    }

    private static String result(ToolResult result) {
        String output =
                result.texts().size() == 1
                        ? quote(result.texts().getFirst())
                        : array(
                                result.texts().stream()
                                        .map(t ->
                                                "{\"type\":\"input_text\",\"text\":"
                                                        + quote(t)
                                                        + "}")
                                        .toList());
        return "{\"type\":\"function_call_output\","
                + member("call_id", result.callId())
                + "\"output\":"
                + output
                + "}";
    }

    private static String item(Called called) {
        var call = called.call();
        if (!call.byProvider()) {
            return "{\"type\":\"function_call\",%s\"name\":%s,\"arguments\":%s}"
                    .formatted(
                            member("call_id", call.id()),
                            quote(call.name()),
                            quote(call.arguments()));
        }
        String output =
                called.result() == null
                        ? "null"
                        : quote(String.join("\n", called.result().texts()));
        return "{\"type\":\"mcp_call\",%s\"name\":%s,\"arguments\":%s,\"output\":%s}"
                .formatted(
                        member("id", call.id()),
                        quote(call.name()),
                        quote(call.arguments()),
                        output);
    }

    private static String event(String type, String rest) {
        return "event: %s\ndata: {\"type\":\"%s\",%s}\n\n".formatted(type, type, rest);
    }

    @Override
    byte[] begin(String id) {
        return bytes(
                event(
                        "response.created",
                        "\"response\":{\"id\":"
                                + quote(id)
                                + ",\"model\":\"model-1\",\"status\":\"in_progress\",\"output\":[]}"));
    }

    /// An item that begins without its arguments, its arguments, and the item whole.
    @Override
    byte[] call(int position, Called called) {
        var call = called.call();
        String begun =
                "{\"type\":\"%s\",%s\"name\":%s,\"arguments\":\"\"}"
                        .formatted(
                                call.byProvider() ? "mcp_call" : "function_call",
                                member(call.byProvider() ? "id" : "call_id", call.id()),
                                quote(call.name()));
        String place = "\"output_index\":" + position + ",";
        String pieces =
                call.byProvider()
                        ? "response.mcp_call_arguments.delta"
                        : "response.function_call_arguments.delta";
        return bytes(
                event("response.output_item.added", place + "\"item\":" + begun)
                        + event(pieces, place + "\"delta\":" + quote(call.arguments()))
                        + event("response.output_item.done", place + "\"item\":" + item(called)));
    }

    private static List<String> items(Whole answer) {
        var items = new ArrayList<String>();
        answer.calls().forEach(call -> items.add(item(call)));
        if (!answer.text().isEmpty()) {
            items.add(
                    "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":"
                            + quote(answer.text())
                            + "}]}");
        }
        return items;
    }

    @Override
    byte[] end(Whole answer) {
        String place = "\"output_index\":" + answer.calls().size() + ",\"content_index\":0,";
        String text =
                answer.text().isEmpty()
                        ? ""
                        : event(
                                "response.output_text.delta",
                                place + "\"delta\":" + quote(answer.text()));
        return bytes(text + event("response.completed", "\"response\":" + whole(answer)));
    }

    @Override
    String whole(Whole answer) {
        return "{\"id\":%s,\"object\":\"response\",\"model\":\"model-1\",\"status\":\"completed\",\"output\":%s,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}"
                .formatted(quote(answer.id()), array(items(answer)));
    }
}

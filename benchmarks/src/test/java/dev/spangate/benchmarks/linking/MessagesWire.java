package dev.spangate.benchmarks.linking;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import java.util.List;

/// Anthropic Messages.
final class MessagesWire extends WireDialect {
    @Override
    String path(boolean stream) {
        return "/anthropic/v1/messages";
    }

    @Override
    boolean pauses() {
        return true;
    }

    @Override
    boolean providerTools() {
        return true;
    }

    @Override
    String request(String model, List<Message> messages, String previous, boolean stream) {
        var all = new ArrayList<String>();
        var system = new ArrayList<String>();
        for (var message : merged(messages)) {
            if (message.role() == Role.SYSTEM) {
                system.add(text(message.text()));
                continue;
            }
            var blocks = new ArrayList<String>();
            message.results().forEach(result -> blocks.add(result("tool_result", result)));
            message.texts().forEach(text -> blocks.add(text(text)));
            message.calls().forEach(call -> blocks.add(use(call, call.arguments())));
            String role = message.role() == Role.ASSISTANT ? "assistant" : "user";
            all.add("{\"role\":\"" + role + "\",\"content\":" + array(blocks) + "}");
        }
        return "{\"model\":%s,\"max_tokens\":100,\"stream\":%s,\"system\":%s,\"messages\":%s}"
                .formatted(quote(model), stream, array(system), array(all));
    }

    private static String text(String text) {
        return "{\"type\":\"text\",\"text\":" + quote(text) + "}";
    }

    private static String use(ToolCall call, String input) {
        return "{\"type\":\"%s\",%s\"name\":%s,\"input\":%s}"
                .formatted(
                        call.byProvider() ? "mcp_tool_use" : "tool_use",
                        member("id", call.id()),
                        quote(call.name()),
                        input);
    }

    private static String result(String type, ToolResult result) {
        var parts = result.texts().stream().map(MessagesWire::text).toList();
        return "{\"type\":\"%s\",%s\"content\":%s}"
                .formatted(type, member("tool_use_id", result.callId()), array(parts));
    }

    private static String event(String type, String rest) {
        return "event: %s\ndata: {\"type\":\"%s\"%s}\n\n".formatted(type, type, rest);
    }

    @Override
    byte[] begin(String id) {
        return bytes(
                event(
                        "message_start",
                        ",\"message\":{\"id\":"
                                + quote(id)
                                + ",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"model-1\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}"));
    }

    @Override
    byte[] call(int position, Called called) {
        int block = 2 * position;
        var text = new StringBuilder();
        text.append(start(block, use(called.call(), "{}")));
        text.append(
                delta(
                        block,
                        "{\"type\":\"input_json_delta\",\"partial_json\":"
                                + quote(called.call().arguments())
                                + "}"));
        text.append(event("content_block_stop", ",\"index\":" + block));
        if (called.result() != null) {
            text.append(start(block + 1, result("mcp_tool_result", called.result())));
            text.append(event("content_block_stop", ",\"index\":" + (block + 1)));
        }
        return bytes(text.toString());
    }

    private static String start(int block, String content) {
        return event(
                "content_block_start", ",\"index\":" + block + ",\"content_block\":" + content);
    }

    private static String delta(int block, String delta) {
        return event("content_block_delta", ",\"index\":" + block + ",\"delta\":" + delta);
    }

    @Override
    byte[] end(Whole answer) {
        int block = 2 * answer.calls().size();
        String text =
                answer.text().isEmpty()
                        ? ""
                        : start(block, text(""))
                                + delta(
                                        block,
                                        "{\"type\":\"text_delta\",\"text\":"
                                                + quote(answer.text())
                                                + "}")
                                + event("content_block_stop", ",\"index\":" + block);
        return bytes(
                text
                        + event(
                                "message_delta",
                                ",\"delta\":{\"stop_reason\":"
                                        + reason(answer)
                                        + "},\"usage\":{\"output_tokens\":2}")
                        + event("message_stop", ""));
    }

    private static String reason(Whole answer) {
        boolean calls = answer.calls().stream().anyMatch(each -> !each.call().byProvider());
        return answer.paused() ? "\"pause_turn\"" : calls ? "\"tool_use\"" : "\"end_turn\"";
    }

    @Override
    String whole(Whole answer) {
        var blocks = new ArrayList<String>();
        for (var called : answer.calls()) {
            blocks.add(use(called.call(), called.call().arguments()));
            if (called.result() != null) {
                blocks.add(result("mcp_tool_result", called.result()));
            }
        }
        if (!answer.text().isEmpty()) {
            blocks.add(text(answer.text()));
        }
        return "{\"id\":%s,\"type\":\"message\",\"role\":\"assistant\",\"model\":\"model-1\",\"content\":%s,\"stop_reason\":%s,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}"
                .formatted(quote(answer.id()), array(blocks), reason(answer));
    }
}

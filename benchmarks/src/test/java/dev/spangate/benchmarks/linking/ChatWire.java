package dev.spangate.benchmarks.linking;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import java.util.List;

/// OpenAI Chat Completions.
final class ChatWire extends WireDialect {
    @Override
    String path(boolean stream) {
        return "/openai/v1/chat/completions";
    }

    @Override
    String request(String model, List<Message> messages, String previous, boolean stream) {
        var all = new ArrayList<String>();
        for (var message : messages) {
            message.results().forEach(result -> all.add(result(result)));
            if (message.role() == Role.ASSISTANT) {
                all.add(assistant(message));
            } else if (!message.texts().isEmpty()) {
                String role = message.role() == Role.SYSTEM ? "system" : "user";
                all.add("{\"role\":\"" + role + "\",\"content\":" + quote(message.text()) + "}");
            }
        }
        return "{\"model\":%s,\"stream\":%s,\"messages\":%s}"
                .formatted(quote(model), stream, array(all));
    }

    private static String assistant(Message message) {
        var calls = new ArrayList<String>();
        for (var call : own(message)) {
            calls.add(call(new Called(call, null), ""));
        }
        return "{\"role\":\"assistant\",\"content\":%s%s}"
                .formatted(
                        message.texts().isEmpty() ? "null" : quote(message.text()),
                        calls.isEmpty() ? "" : ",\"tool_calls\":" + array(calls));
    }

    private static String result(ToolResult result) {
        String content =
                result.texts().size() == 1
                        ? quote(result.texts().getFirst())
                        : array(
                                result.texts().stream()
                                        .map(t -> "{\"type\":\"text\",\"text\":" + quote(t) + "}")
                                        .toList());
        return "{\"role\":\"tool\","
                + member("tool_call_id", result.callId())
                + "\"content\":"
                + content
                + "}";
    }

    private static String call(Called called, String index) {
        return "{%s%s\"type\":\"function\",\"function\":{\"name\":%s,\"arguments\":%s}}"
                .formatted(
                        index,
                        member("id", called.call().id()),
                        quote(called.call().name()),
                        quote(called.call().arguments()));
    }

    private static String chunk(String delta, String finish) {
        return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"model\":\"model-1\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n"
                .formatted(delta, finish);
    }

    @Override
    byte[] begin(String id) {
        return bytes(chunk("{\"role\":\"assistant\",\"content\":null}", "null"));
    }

    @Override
    byte[] call(int position, Called called) {
        String piece = call(called, "\"index\":" + position + ",");
        return bytes(chunk("{\"tool_calls\":[" + piece + "]}", "null"));
    }

    @Override
    byte[] end(Whole answer) {
        String text =
                answer.text().isEmpty()
                        ? ""
                        : chunk("{\"content\":" + quote(answer.text()) + "}", "null");
        return bytes(text + chunk("{}", finish(answer)) + "data: [DONE]\n\n");
    }

    private static String finish(Whole answer) {
        return answer.calls().isEmpty() ? "\"stop\"" : "\"tool_calls\"";
    }

    @Override
    String whole(Whole answer) {
        var calls = answer.calls().stream().map(call -> call(call, "")).toList();
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"model\":\"model-1\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":%s%s},\"finish_reason\":%s}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}"
                .formatted(
                        answer.text().isEmpty() ? "null" : quote(answer.text()),
                        calls.isEmpty() ? "" : ",\"tool_calls\":" + array(calls),
                        finish(answer));
    }
}

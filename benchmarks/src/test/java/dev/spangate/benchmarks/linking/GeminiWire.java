package dev.spangate.benchmarks.linking;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolCall;
import java.util.ArrayList;
import java.util.List;

/// Google's `generateContent`: calls may have no id, arguments are an object.
final class GeminiWire extends WireDialect {
    @Override
    String path(boolean stream) {
        return "/gemini/v1beta/models/model-1:"
                + (stream ? "streamGenerateContent?alt=sse" : "generateContent");
    }

    @Override
    boolean worksWithoutIds() {
        return true;
    }

    @Override
    String mark(String arguments) {
        return arguments;
    }

    @Override
    String request(String model, List<Message> messages, String previous, boolean stream) {
        var contents = new ArrayList<String>();
        String system = "";
        for (var message : merged(messages)) {
            if (message.role() == Role.SYSTEM) {
                system = "\"systemInstruction\":{\"parts\":[" + text(message.text()) + "]},";
                continue;
            }
            var parts = new ArrayList<String>();
            for (var result : message.results()) {
                parts.add(
                        "{\"functionResponse\":{%s\"name\":%s,\"response\":{\"result\":%s}}}"
                                .formatted(
                                        member("id", result.callId()),
                                        quote(nameOf(result, messages)),
                                        quote(String.join("\n", result.texts()))));
            }
            message.texts().forEach(each -> parts.add(text(each)));
            own(message).forEach(call -> parts.add(part(call)));
            String role = message.role() == Role.ASSISTANT ? "model" : "user";
            contents.add("{\"role\":\"" + role + "\",\"parts\":" + array(parts) + "}");
        }
        return "{" + system + "\"contents\":" + array(contents) + "}";
    }

    private static String text(String text) {
        return "{\"text\":" + quote(text) + "}";
    }

    private static String part(ToolCall call) {
        return "{\"functionCall\":{%s\"name\":%s,\"args\":%s}}"
                .formatted(member("id", call.id()), quote(call.name()), call.arguments());
    }

    private static String candidate(List<String> parts, String finish) {
        return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":%s}%s,\"index\":0}],\"modelVersion\":\"model-1\"}"
                .formatted(array(parts), finish);
    }

    @Override
    byte[] begin(String id) {
        return bytes("data: " + candidate(List.of(), "") + "\r\n\r\n");
    }

    @Override
    byte[] call(int position, Called called) {
        return bytes("data: " + candidate(List.of(part(called.call())), "") + "\r\n\r\n");
    }

    @Override
    byte[] end(Whole answer) {
        var parts = answer.text().isEmpty() ? List.<String>of() : List.of(text(answer.text()));
        return bytes("data: " + candidate(parts, ",\"finishReason\":\"STOP\"") + "\r\n\r\n");
    }

    @Override
    String whole(Whole answer) {
        var parts = new ArrayList<String>();
        answer.calls().forEach(each -> parts.add(part(each.call())));
        if (!answer.text().isEmpty()) {
            parts.add(text(answer.text()));
        }
        return candidate(parts, ",\"finishReason\":\"STOP\"");
    }
}

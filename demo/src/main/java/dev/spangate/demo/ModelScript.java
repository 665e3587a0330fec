package dev.spangate.demo;

import java.util.Map;

/// Decides what a [ScriptedModel] answers; a pure function of the conversation, called from many
/// threads at once.
@FunctionalInterface
public interface ModelScript {
    Reply reply(Conversation conversation);

    /// The rule for real agents: as long as the tool is on offer and none has been answered since
    /// the user's last message, one call of it; else the text `done`.
    static ModelScript probe(String tool, Map<String, Object> arguments) {
        return conversation ->
                conversation.offer(tool).isPresent() && conversation.resultsSinceUser().isEmpty()
                        ? Reply.calls(Reply.wish(tool, arguments))
                        : Reply.text("done");
    }
}

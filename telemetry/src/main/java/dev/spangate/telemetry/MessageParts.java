package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.Draft;

/// Content under the names of the GenAI conventions, for destinations that are not Langfuse.
final class MessageParts {
    private MessageParts() {}

    static void put(AttributeSet out, Draft draft) {
        switch (draft.type()) {
            case TOOL -> {
                out.put("gen_ai.tool.call.arguments", draft.input());
                out.put("gen_ai.tool.call.result", draft.output());
            }
            case GENERATION, AGENT, EMBEDDING -> {
                out.put("gen_ai.input.messages", draft.input());
                out.put("gen_ai.output.messages", draft.output());
            }
            case GUARDRAIL, SPAN, ATTEMPT -> {
                out.put("spangate.input", draft.input());
                out.put("spangate.output", draft.output());
            }
        }
    }
}

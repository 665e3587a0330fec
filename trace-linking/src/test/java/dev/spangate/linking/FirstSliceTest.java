package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Stage.Agent;
import org.junit.jupiter.api.Test;

/// A whole chain: two turns, tools by every kind of evidence, one trace per turn.
final class FirstSliceTest {
    private final Stage stage = new Stage().expose("/mcp", "weather__forecast", "mail__send");
    private final Agent agent = stage.agent("team-a");

    @Test
    void aRunIsOneTraceWithOneTopSpanAndItsChildrenInIt() {
        agent.system("You help.").says("Weather in Paris? Mail it to bob.");
        var first = agent.ask();
        agent.calls(
                first,
                new ToolCall(
                        "call_a8f3k2m9x0",
                        "mcp__weather__forecast",
                        "{\"city\":\"Paris\",\"days\":2.0}"),
                new ToolCall("call_b7d1q4z8y2", "mail__send", "{\"to\":\"bob\"}"),
                new ToolCall("call_c5e6w3v1u0", "read_file", "{\"path\":\"notes.md\"}"));
        var forecast = agent.execute("weather__forecast", "{\"days\":2,\"city\":\"Paris\"}");
        agent.done(forecast, "18 C and clear skies all day");
        var mail = agent.execute("mail__send", "{\"to\":\"bob\"}", "callId", "call_b7d1q4z8y2");
        agent.broke(mail, "mailbox full");
        agent.result("call_a8f3k2m9x0", "18 C and clear skies all day")
                .result("call_b7d1q4z8y2", "mailbox full")
                .result("call_c5e6w3v1u0", "# notes");
        var second = agent.ask();
        agent.text(second, "18 C and clear; the mail could not be sent.");

        var top = stage.recorded.named("invoke_agent");
        assertThat(top).hasSize(1);
        assertThat(top.getFirst().parentSpanId()).isNull();
        assertThat(stage.recorded.draft(top.getFirst()).inputFrom())
                .isEqualTo(first.span().spanId());
        assertThat(stage.recorded.draft(top.getFirst()).outputFrom())
                .isEqualTo(second.span().spanId());
        var forecastPlace = stage.recorded.released(forecast.span());
        assertThat(Recorded.method(forecastPlace)).isEqualTo("arguments");
        assertThat(Recorded.confidence(forecastPlace)).isEqualTo("certain");
        var mailPlace = stage.recorded.released(mail.span());
        assertThat(Recorded.method(mailPlace)).isEqualTo("call-id");
        var local = stage.recorded.named("execute_tool read_file");
        assertThat(local).hasSize(1);
        assertThat(stage.recorded.releases())
                .allMatch(r -> r.traceId().equals(first.span().traceId()))
                .allMatch(r -> r.run().equals(top.getFirst().run()));
        assertThat(stage.recorded.released(second.span()).links()).hasSize(3);
        assertThat(stage.recorded.drafts()).hasSize(stage.recorded.releases().size());

        agent.says("Thanks! What should I pack?");
        var third = agent.ask();
        agent.text(third, "A light jacket.");
        var turn = stage.recorded.released(third.span());
        assertThat(turn.traceId()).isNotEqualTo(first.span().traceId());
        assertThat(turn.parentSpanId()).isNull();
        assertThat(turn.run().sessionId()).isEqualTo(top.getFirst().run().sessionId());
        assertThat(stage.linker.stats().faults()).isZero();
        assertThat(stage.linker.stats().openCalls()).isZero();
        assertThat(stage.linker.stats().liveRuns()).isZero();
    }
}

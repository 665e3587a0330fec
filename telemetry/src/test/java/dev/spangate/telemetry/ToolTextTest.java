package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolTextTest {
    @Test
    void oneTextIsShownAsText() {
        assertThat(
                        ToolText.of(
                                """
                                {"content":[{"type":"text","text":"18 C,\\nclear"}],"isError":false}\
                                """))
                .isEqualTo("18 C,\nclear");
    }

    @Test
    void structuredContentGoesBeforeItsText() {
        assertThat(
                        ToolText.of(
                                """
                                {"content":[{"type":"text","text":"{}"}],"structuredContent":{"degrees":18}}\
                                """))
                .isEqualTo("{\"degrees\":18}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}",
                "{\"content\":[{\"type\":\"image\",\"data\":\"AAAA\",\"mimeType\":\"image/png\"}]}",
                "{\"content\":[]}",
                "{\"content\":[{\"type\":\"text\",\"text\":7}]}",
                "{\"content\": cut",
                "{\"code\":-32602,\"message\":\"Unknown tool\"}",
                "plain text",
                ""
            })
    void anythingElseStaysAsItIs(String result) {
        assertThat(ToolText.of(result)).isEqualTo(result);
    }

    @Test
    void nothingStaysNothing() {
        assertThat(ToolText.of(null)).isNull();
    }
}

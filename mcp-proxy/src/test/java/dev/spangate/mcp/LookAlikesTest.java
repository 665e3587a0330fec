package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LookAlikesTest {
    @ParameterizedTest
    @CsvSource({
        "github, GitHub",
        "github, g\u0456thub", // Cyrillic i
        "create_issue, \u0441reate_issue", // Cyrillic es
        "create_issue, create-issue",
        "create_issue, create.issue",
        "create_issue, create/issue",
        "create_issue, create_\u0131ssue", // dotless i
        "create_issue, create_issue\u200b", // zero width space
        "create_issue, cre\u00adate_issue", // soft hyphen
        "create_issue, create_issue\ufeff",
        "create_issue, \u202ecreate_issue", // right-to-left override
        "create_issue, cr\u00e9ate_issue",
        "create_issue, \uff43reate_issue", // full width
        "create_issue, \ud835\udc1create_issue", // mathematical bold
        "pay, \u0440\u0430\u0443", // wholly Cyrillic
        "v0, vo",
        "list1, listl",
        "listI, listl",
        "modern, modem",
        "view, v\u03b9ew", // Greek iota
        "window, vvindow",
        "kk, \u212ak", // Kelvin sign
    })
    void theseLookAlike(String one, String other) {
        assertThat(LookAlikes.skeleton(other)).isEqualTo(LookAlikes.skeleton(one));
        assertThat(LookAlikes.of(other, List.of("unrelated", one))).isEqualTo(one);
    }

    @ParameterizedTest
    @CsvSource({
        "read, write",
        "read_file, read_files",
        "get_a, get_b",
        "v1, v2",
        "create_issue, createissue",
        "a, aa",
        "list, lists",
        "x2, x3",
        "\u4e2d, \u4e2e",
    })
    void theseDoNot(String one, String other) {
        assertThat(LookAlikes.skeleton(other)).isNotEqualTo(LookAlikes.skeleton(one));
        assertThat(LookAlikes.of(other, List.of(one))).isNull();
    }

    @Test
    void aNameDoesNotLookLikeItself() {
        assertThat(LookAlikes.of("same", List.of("same"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0441reate", "a\u200bb", "tab\tname", "\u202e", "caf\u00e9"})
    void charactersThatNoToolNameNeedsAreSuspicious(String name) {
        assertThat(LookAlikes.isSuspicious(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"read_file", "a.b/c", "with space", "~", "A-Z"})
    void plainNamesAreNot(String name) {
        assertThat(LookAlikes.isSuspicious(name)).isFalse();
    }

    /// A skeleton is its own skeleton, and case never matters, whatever the name.
    @Test
    void skeletonsAreStable() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            var name =
                    random.ints(1 + random.nextInt(12), 0, 0x2FFF)
                            .collect(
                                    StringBuilder::new,
                                    StringBuilder::appendCodePoint,
                                    StringBuilder::append)
                            .toString();
            var upper =
                    name.codePoints()
                            .map(Character::toUpperCase)
                            .collect(
                                    StringBuilder::new,
                                    StringBuilder::appendCodePoint,
                                    StringBuilder::append)
                            .toString();
            var skeleton = LookAlikes.skeleton(name);
            assertThat(LookAlikes.skeleton(upper)).as(name).isEqualTo(skeleton);
            assertThat(LookAlikes.skeleton(skeleton)).as(name).isEqualTo(skeleton);
        }
    }
}

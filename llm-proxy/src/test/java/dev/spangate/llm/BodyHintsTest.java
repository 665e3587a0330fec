package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.proxy.Hints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyHintsTest {
    private static Hints read(String json) {
        return BodyHints.read(Json.object(json.replace('\'', '"')).orElseThrow());
    }

    @Test
    void claudeCodeSaysSessionAndUserInOneField() {
        var now =
                read(
                        "{'metadata':{'user_id':'{\\'device_id\\':\\'d\\',\\'account_uuid\\':\\'\\',\\'session_id\\':\\'s-1\\'}'}}"
                                .replace("\\'", "\\\""));
        assertThat(now.session()).isEqualTo("s-1");
        assertThat(now.user()).isEqualTo("d");
        var before =
                read(
                        "{'metadata':{'user_id':'user_0a1b_account_11111111-2222-3333-4444-555555555555_session_66666666-7777-8888-9999-000000000000'}}");
        assertThat(before.session()).isEqualTo("66666666-7777-8888-9999-000000000000");
        assertThat(before.user()).isEqualTo("11111111-2222-3333-4444-555555555555");
    }

    @Test
    void codexSaysItInItsClientMetadata() {
        var hints = read("{'client_metadata':{'session_id':'s','thread_id':'t','turn_id':'u'}}");
        assertThat(hints).isEqualTo(new Hints("s", "t", "u", null, null, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'metadata':{'session_id':'s'}} | s",
                "{'litellm_session_id':'s'} | s",
                "{'conversation':'conv_1'} | conv_1",
                "{'conversation':{'id':'conv_2'}} | conv_2",
                "{'prompt_cache_key':'my-app'} | ",
                "{'metadata':{'user_id':'plain'}} | ",
                "{'metadata':'x','conversation':7} | 7",
            })
    void sessionsOfOthers(String body, String session) {
        assertThat(read(body).session()).isEqualTo(session);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'metadata':{'user_id':'u'},'user':'x'} | u",
                "{'user':'x'} | x",
                "{'safety_identifier':'h'} | h",
                "{'metadata':{'user_id':'{broken'}} | {broken",
                "{} | "
            })
    void usersOfOthers(String body, String user) {
        assertThat(read(body).user()).isEqualTo(user);
    }

    @Test
    void aCacheKeyNamesASessionOnlyWhereItLooksLikeOne() {
        assertThat(
                        read("{'prompt_cache_key':'019aa000-1111-7222-8333-444455556666'}")
                                .fallbackSession())
                .isEqualTo("019aa000-1111-7222-8333-444455556666");
        assertThat(read("{'prompt_cache_key':'my-app-v1'}").fallbackSession()).isNull();
    }
}

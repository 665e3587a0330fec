package dev.spangate.policies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each rule with what it must find and what only looks like it. Keys are built, not real.
class DetectorsTest {
    private static final Guard PERSONAL = Guard.personalData("pii", Guard.Action.MASK, "US");
    private static final Guard CREDENTIALS = Guard.credentials("credentials", Guard.Action.MASK);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "anna@example.com | [EMAIL_1]",
                "<anna@example.com> | <[EMAIL_1]>",
                "mailto:anna@example.com?subject=x | mailto:[EMAIL_1]?subject=x",
                "a.b+c@mail.example.co.uk. | [EMAIL_1].",
                "\"o'neil@example.org\", | \"[EMAIL_1]\",",
                "anna@example.com;bob@example.com | [EMAIL_1];[EMAIL_2]",
                "4111 1111 1111 1111 | [CREDIT_CARD_1]",
                "4111-1111-1111-1111! | [CREDIT_CARD_1]!",
                "card=4242424242424242, | card=[CREDIT_CARD_1],",
                "5500005555555559 | [CREDIT_CARD_1]",
                "340000099900036 | [CREDIT_CARD_1]",
                "DE89370400440532013000 | [IBAN_1]",
                "DE89 3704 0044 0532 0130 00 | [IBAN_1]",
                "GB82 WEST 1234 5698 7654 32 | [IBAN_1]",
                "SSN 123-45-6789. | SSN [US_SSN_1].",
                "passport number: C12345678 | passport number: [PASSPORT_1]",
                "Reisepass Nr. X1234567 | Reisepass Nr. [PASSPORT_1]",
                "driver's license: D1234567 | driver's license: [NATIONAL_ID_1]",
                "from 10.1.2.3 to 192.168.0.1 | from [IP_ADDRESS_1] to [IP_ADDRESS_2]",
                "2001:db8:85a3:8d3:1319:8a2e:370:7348 | [IP_ADDRESS_1]",
                "call +1 212-664-7665 now | call [PHONE_1] now",
                "(212) 664-7665 | [PHONE_1]",
            })
    void personalDataIsMasked(String text, String masked) {
        assertThat(PERSONAL.check(text).text()).isEqualTo(masked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user@localhost",
                "npm install left-pad@1.3.0",
                "@decorator above a method",
                "4111 1111 1111 1112",
                "1234567890123456",
                "0000 0000 0000 0000",
                "4444444444444444444444",
                "DE00370400440532013000",
                "DE89 is a postal prefix",
                "000-12-3456",
                "666-12-3456",
                "912-34-5678",
                "123-00-4567",
                "123-45-0000",
                "invalid card 4111111111111112",
                "the passport office opens at 9",
                "version 1.2.3",
                "build 999.999.999.999",
                "12:30:45",
                "std::vector<int>",
                "order 20261124001",
                "2026-11-24T10:00:00Z",
                "8f14e45fceea167a5a36dedd4bea2543",
                "550e8400-e29b-41d4-a716-446655440000",
            })
    void whatOnlyLooksPersonalStays(String text) {
        assertThat(PERSONAL.check(text).acted()).as(text).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sk-ant-api03-Qm4Tz8Lr2Wp9Xc6Vb1Nd5Kf7 | anthropic-key",
                "sk-proj-Qm4Tz8Lr2Wp9Xc6Vb1Nd5Kf7Hs3 | openai-key",
                "sgk_Qm4Tz8Lr2Wp9Xc6Vb1Nd5K | spangate-key",
                "AKIAQM4TZ6LR2WP7XC5V | aws-access-key",
                "ASIAQM4TZ6LR2WP7XC5V | aws-access-key",
                "ghp_Qm4Tz8Lr2Wp9Xc6Vb1Nd5Kf7Hs3Jy0Ga4Re9 | github-token",
                "glpat-Qm4Tz8Lr2Wp9Xc6Vb1Nd | gitlab-token",
                "xoxb-123456789012-Qm4Tz8Lr2Wp9Xc6Vb1Nd | slack-token",
                "sk_live_Qm4Tz8Lr2Wp9Xc6Vb1Nd | stripe-key",
                "npm_Qm4Tz8Lr2Wp9Xc6Vb1Nd5Kf7Hs3Jy0Ga4Re9 | npm-token",
                "hf_Qm4Tz8Lr2Wp9Xc6Vb1Nd5Kf7Hs3Jy0Ga4 | huggingface-token",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.Qm4Tz8Lr2Wp9Xc6Vb1Nd5Kf7Hs3 | jwt",
                "mysql://root:Tz8Lr2Wp@db:3306/x | connection-string",
                "api_key = 'Qm4Tz8Lr2Wp9Xc6V' | secret-assignment",
                "PASSWORD=Qm4Tz8Lr2Wp9! | secret-assignment",
            })
    void credentialsAreFoundByTheirShape(String text, String kind) {
        var verdict = CREDENTIALS.check("before " + text + " after");

        assertThat(verdict.kinds()).containsExactly(Map.entry(kind, 1));
        assertThat(verdict.text()).startsWith("before ").endsWith(" after");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-learn is a library",
                "task-list-of-the-day-and-more",
                "sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "AKIA is a prefix",
                "password: changeme",
                "password = ${DB_PASSWORD}",
                "token: <paste your token here>",
                "max_tokens: 4096",
                "the secret of good bread is time",
                "https://example.com:8443/path",
                "postgres://localhost:5432/app",
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
                "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
                "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            })
    void whatOnlyLooksSecretStays(String text) {
        assertThat(CREDENTIALS.check(text).acted()).as(text).isFalse();
    }

    @Test
    void aPrivateKeyIsMaskedWithItsArmour() {
        var key =
                "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----";

        assertThat(CREDENTIALS.check("key:\n" + key + "\nend").text())
                .isEqualTo("key:\n[PRIVATE_KEY_1]\nend");
    }

    @Test
    void onlyThePasswordOfAConnectionStringIsMasked() {
        assertThat(CREDENTIALS.check("redis://user:Tz8Lr2Wp9X@cache:6379/0").text())
                .isEqualTo("redis://user:[CONNECTION_STRING_1]@cache:6379/0");
    }

    @Test
    void hugeTextsAreReadInLinearTimeWithoutAnError() {
        var text = "4".repeat(200_000) + "@".repeat(50_000) + "-----BEGIN ".repeat(5_000);

        assertThat(PERSONAL.check(text)).isNotNull();
        assertThat(CREDENTIALS.check(text)).isNotNull();
    }

    @Test
    void ownPatternsCarryTheirRule() {
        var guard = Guard.patterns("own", Guard.Action.REPORT, Map.of("customer", "KD-[0-9]{6}"));

        var verdict = guard.check("see KD-123456 and KD-654321, not XKD-1234567");

        assertThat(verdict.kinds()).containsExactly(Map.entry("customer", 2));
        assertThat(verdict.rules()).isEqualTo(List.of("own:customer"));
    }

    @Test
    void entropyTellsRandomFromRepeated() {
        assertThat(Checksums.entropy("aaaaaaaaaaaaaaaa")).isZero();
        assertThat(Checksums.entropy("abababababababab")).isEqualTo(1.0);
        assertThat(Checksums.entropy("Qm4Tz8Lr2Wp9Xc6V")).isEqualTo(4.0);
    }

    @ParameterizedTest
    @CsvSource({
        "4111111111111111, true",
        "4111111111111112, false",
        "6011000990139424, true",
        "411111111111, false",
        "1111111111111117, false",
    })
    void luhn(String number, boolean valid) {
        assertThat(Checksums.card(number)).isEqualTo(valid);
    }
}

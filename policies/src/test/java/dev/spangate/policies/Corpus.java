package dev.spangate.policies;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/// Samples written for these tests: hundreds per kind from seeded generators and written carriers,
/// with hard negatives that look alike. Values are built here and belong to nobody.
final class Corpus {
    private static final int PER_KIND = 200;

    private final Random random = new Random(20261124);

    /// A text and the values that a guard must find in it.
    record Sample(String kind, String text, List<String> values) {}

    private static final String[] CARRIERS = {
        "Please write to %s before Friday.",
        "customer: %s; priority: high",
        "{\"contact\": \"%s\", \"note\": \"call back\"}",
        "| name | %s | open |",
        "He said (%s) twice.",
        "%s",
        "first line\nsecond line with %s\nthird line",
        "<td>%s</td>",
        "Meine Angaben: %s, danke!",
        "id=7&value=%s",
    };

    List<Sample> personal() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < PER_KIND; i++) {
            add(samples, "email", email());
            add(samples, "credit-card", card());
            add(samples, "iban", iban());
            add(samples, "us-ssn", ssn());
            add(samples, "ip-address", ip());
            add(samples, "phone", phone());
            var passport = "C" + digits(8);
            samples.add(
                    new Sample(
                            "passport",
                            pick(
                                            "Passport number: %s",
                                            "passport no. %s expires soon", "my passport is %s")
                                    .formatted(passport),
                            List.of(passport)));
        }
        return samples;
    }

    List<Sample> credentials() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < PER_KIND; i++) {
            add(samples, "anthropic-key", "sk-ant-api03-" + mixed(60));
            add(samples, "openai-key", "sk-proj-" + mixed(48));
            add(samples, "aws-access-key", "AKIA" + upper(16));
            add(samples, "github-token", "ghp_" + mixed(36));
            add(samples, "google-api-key", "AIza" + mixed(35));
            add(samples, "slack-token", "xoxb-" + digits(11) + "-" + mixed(24));
            add(samples, "stripe-key", "sk_live_" + mixed(24));
            add(samples, "jwt", "eyJ" + mixed(20) + ".eyJ" + mixed(60) + "." + mixed(43));
            var password = mixed(14);
            samples.add(
                    new Sample(
                            "connection-string",
                            "DATABASE_URL=postgresql://app:" + password + "@db.internal:5432/app",
                            List.of(password)));
            var body = mixed(64) + "\n" + mixed(64) + "\n" + mixed(20);
            var key =
                    "-----BEGIN RSA PRIVATE KEY-----\n" + body + "\n-----END RSA PRIVATE KEY-----";
            samples.add(
                    new Sample("private-key", "here it is:\n" + key + "\nkeep it", List.of(key)));
            var secret = mixed(24) + "7x";
            samples.add(
                    new Sample(
                            "secret-assignment",
                            pick("password = \"%s\"", "api_key: '%s'", "SECRET=%s")
                                    .formatted(secret),
                            List.of(secret)));
        }
        return samples;
    }

    /// Texts in which nothing personal and no credential is.
    List<String> harmless() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < PER_KIND; i++) {
            texts.add("Order " + digits(12) + " was shipped in parcel " + digits(9) + ".");
            texts.add("trace " + new UUID(random.nextLong(), random.nextLong()));
            texts.add("commit " + hex(40) + " fixes the build");
            texts.add("sha256:" + hex(64));
            texts.add(
                    "at "
                            + (1_600_000_000L + random.nextInt(100_000_000))
                            + " version 1."
                            + i
                            + ".0");
            texts.add(
                    "for (int i = 0; i < "
                            + i
                            + "; i++) { total += price[i] * "
                            + digits(3)
                            + "; }");
            texts.add(
                    "The meeting is on 2026-11-"
                            + (10 + i % 20)
                            + " at 10:"
                            + (10 + i % 50)
                            + " in room 4.");
            texts.add("card ending in " + digits(4) + ", invoice " + digits(10));
            texts.add("invalid card " + badCard() + " rejected");
            texts.add("ISBN 978-3-16-" + digits(6) + "-0, page " + i);
            texts.add("user@localhost runs npm run build@next");
            texts.add("password: ${DB_PASSWORD} and token: <your token here>");
            texts.add("the password policy asks for length, the token expires");
            texts.add("coordinates 48.8584, 2.2945 size 1920x1080 ratio 16:9");
            texts.add("{\"id\":\"" + hex(24) + "\",\"call\":\"call_" + mixed(24) + "\"}");
        }
        return texts;
    }

    private void add(List<Sample> samples, String kind, String value) {
        samples.add(new Sample(kind, pick(CARRIERS).formatted(value), List.of(value)));
    }

    private String email() {
        return pick("anna", "j.smith", "maria_lopez", "o'neil", "test+tag")
                + i(1000)
                + "@"
                + pick("example.com", "mail.example.org", "corp-x.co.uk", "sub.domain.example.de");
    }

    private String card() {
        var number = new StringBuilder(pick("4", "51", "37", "6011"));
        int length = number.toString().startsWith("37") ? 15 : 16;
        while (number.length() < length - 1) {
            number.append(random.nextInt(10));
        }
        number.append(luhn(number.toString()));
        var text = number.toString();
        return random.nextBoolean() || length == 15
                ? text
                : text.replaceAll("(.{4})(?!$)", pick("$1 ", "$1-"));
    }

    private String badCard() {
        var card = new StringBuilder("4");
        while (card.length() < 15) {
            card.append(random.nextInt(10));
        }
        return card.append((luhn(card.toString()) + 1) % 10).toString();
    }

    private static int luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighted = i % 2 == 0 ? digit * 2 : digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return (10 - sum % 10) % 10;
    }

    private String iban() {
        var account = digits(18);
        var country = "DE";
        var number = new java.math.BigInteger(account + "1314" + "00");
        int check = 98 - number.mod(java.math.BigInteger.valueOf(97)).intValue();
        var plain = country + String.format(Locale.ROOT, "%02d", check) + account;
        return random.nextBoolean() ? plain : plain.replaceAll("(.{4})(?!$)", "$1 ");
    }

    private String ssn() {
        return String.format(
                Locale.ROOT,
                "%03d-%02d-%04d",
                1 + random.nextInt(665),
                1 + random.nextInt(99),
                1 + random.nextInt(9999));
    }

    private String ip() {
        return random.nextInt(4) == 0
                ? "2001:db8:"
                        + hex(4)
                        + ":"
                        + hex(4)
                        + ":"
                        + hex(4)
                        + ":"
                        + hex(4)
                        + ":"
                        + hex(4)
                        + ":"
                        + hex(4)
                : i(223) + 1 + "." + i(256) + "." + i(256) + "." + i(256);
    }

    private String phone() {
        return pick(
                "+49 30 " + "2" + digits(6),
                "+44 20 7946 0" + digits(3),
                "+1 212-555-01" + digits(2),
                "(212) 664-" + "3" + digits(3),
                "+33 1 42 68 " + "5" + digits(1) + " " + digits(2));
    }

    private int i(int bound) {
        return random.nextInt(bound);
    }

    private String digits(int n) {
        return text(n, "0123456789");
    }

    private String hex(int n) {
        return text(n, "0123456789abcdef");
    }

    private String upper(int n) {
        return text(n, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    }

    private String mixed(int n) {
        return text(n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    }

    private String text(int n, String alphabet) {
        var text = new StringBuilder();
        for (int k = 0; k < n; k++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}

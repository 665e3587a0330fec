package dev.spangate.policies;

import java.math.BigInteger;
import java.util.Locale;

/// Checks that tell numbers that mean something from numbers that only look so.
final class Checksums {
    private static final BigInteger NINETY_SEVEN = BigInteger.valueOf(97);

    private Checksums() {}

    /// Luhn's check over 13 to 19 digits (ISO/IEC 7812-1), with an issuer's first digit.
    static boolean card(String text) {
        var digits = digits(text);
        if (digits.length() < 13 || digits.length() > 19 || "23456".indexOf(digits.charAt(0)) < 0) {
            return false;
        }
        if (digits.chars().distinct().count() < 2) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighted = i % 2 == 1 ? digit * 2 : digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return sum % 10 == 0;
    }

    /// The remainder check of ISO 13616 over country, check digits and account.
    static boolean iban(String text) {
        var compact = text.replace(" ", "").toUpperCase(Locale.ROOT);
        if (compact.length() < 15 || compact.length() > 34) {
            return false;
        }
        var turned = compact.substring(4) + compact.substring(0, 4);
        var number = new StringBuilder();
        for (int i = 0; i < turned.length(); i++) {
            number.append(Character.digit(turned.charAt(i), 36));
        }
        return new BigInteger(number.toString()).mod(NINETY_SEVEN).equals(BigInteger.ONE);
    }

    /// Ranges that the US never issued as social security numbers.
    static boolean socialSecurity(String text) {
        var digits = digits(text);
        int area = Integer.parseInt(digits.substring(0, 3));
        return area != 0
                && area != 666
                && area < 900
                && !digits.startsWith("00", 3)
                && !digits.endsWith("0000");
    }

    /// Bits per character: how random a text looks.
    static double entropy(String text) {
        var counts = new int[128];
        for (int i = 0; i < text.length(); i++) {
            counts[text.charAt(i) & 127]++;
        }
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                double share = (double) count / text.length();
                bits -= share * Math.log(share) / Math.log(2);
            }
        }
        return bits;
    }

    private static String digits(String text) {
        var digits = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                digits.append(text.charAt(i));
            }
        }
        return digits.toString();
    }
}

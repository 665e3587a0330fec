package dev.spangate.policies;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.Leniency;
import java.util.ArrayList;
import java.util.List;

/// Telephone numbers by libphonenumber: international ones anywhere, national ones of one region,
/// and only where something says that it is a number to call or it is written like one.
final class PhoneDetector implements Detector {
    private static final int MAX_TRIES = 1000;
    private static final int MIN_DIGITS = 7;

    private final String region;

    PhoneDetector(String region) {
        this.region = region;
    }

    @Override
    public List<Finding> find(String text) {
        List<Finding> found = new ArrayList<>(0);
        if (text.chars().filter(Character::isDigit).limit(MIN_DIGITS).count() < MIN_DIGITS) {
            return found;
        }
        var matches =
                PhoneNumberUtil.getInstance().findNumbers(text, region, Leniency.VALID, MAX_TRIES);
        for (var match : matches) {
            if (written(match.rawString())) {
                found.add(new Finding("phone", "phone", match.start(), match.end()));
            }
        }
        return found;
    }

    /// A bare run of digits is an order number more often than a telephone number.
    private static boolean written(String number) {
        return number.startsWith("+")
                || number.chars().anyMatch(c -> c == ' ' || c == '-' || c == '(' || c == '.');
    }
}
